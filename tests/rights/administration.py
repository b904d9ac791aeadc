"""What an administrator asks, as the gateway sends it to the function."""

import json
from http import HTTPStatus
from typing import Any

import app
from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import Role
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection
from chalicelib.lake.domain import Partition
from tests.pipeline.world import Context, World


def what_an_administrator_does(world: World, found: Inspection) -> None:
    """The story of an image that is in the lake, and keys."""
    app.linewatch.lake.store.write(Partition.of(found), [event_of(found)])
    key, path = "/keys/{key_id}", "/inspections/{inspection_id}/trace"
    rules = "/projects/{project}/alert-settings"
    key_of_admin, _ = app.linewatch.access.issue_key(Role.ADMIN, "gears")
    context = context_of(key_of_admin.grant)
    made, parameters = "", {"inspection_id": found.inspection_id, "project": "gears"}
    for method, route, body in (
        ("GET", path, None),
        ("POST", "/keys", {"role": "viewer"}),
        ("GET", "/keys", None),
        ("DELETE", key, None),
        ("PUT", rules, {"revision": 0, "others": {"confidence": 0.2, "window_seconds": 300}}),
        ("GET", rules, None),
        ("DELETE", rules, None),
    ):
        query = {"revision": "1"} if (method, route) == ("DELETE", rules) else {}
        sent = gateway_event(method, route, query, body, context)
        with world.wire.watching("api_handler"):
            answer = app.app(sent | {"pathParameters": parameters | {"key_id": made}}, Context())
        assert answer["statusCode"] in {HTTPStatus.OK, HTTPStatus.CREATED}, answer
        made = json.loads(answer["body"]).get("key_id", made)


def gateway_event(
    method: str, path: str, query: dict[str, str], body: object, context: dict[str, str]
) -> dict[str, Any]:
    """The request as the gateway sends it to a function."""
    return {
        "requestContext": {"httpMethod": method, "resourcePath": path, "path": path, "authorizer": context},
        "headers": {"content-type": "application/json", "accept": "image/png" if path.endswith("map") else "*/*"},
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
