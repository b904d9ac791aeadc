"""The OpenAPI 3.1 document of Linewatch's own routes, generated from the routes of the app.

Source: OpenAPI Specification 3.1.1, https://spec.openapis.org/oas/v3.1.1.html
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from chalice.app import Chalice, ChaliceAuthorizer, RouteEntry

from chalicelib.access.domain import OPEN_ROUTES, ROUTES, Role
from chalicelib.core.errors import LinewatchError
from chalicelib.core.image import ID_PATTERN
from linewatch.dev.openapi.examples import Example, add_examples
from linewatch.dev.openapi.info import INFO, SCHEMES, SERVERS
from linewatch.dev.openapi.operations import HEALTH, OPERATIONS, Operation
from linewatch.dev.openapi.problems import Failure, failures_of, failures_of_open, responses_of
from linewatch.dev.openapi.shapes import Schema, Shapes

type Route = tuple[str, str]


class Undescribed(LinewatchError):
    """A route is in no table of operations."""


def document(app: Chalice, gateway: Mapping[str, Any], examples: Iterable[Example]) -> dict[str, Any]:
    """The document. `gateway` are the template's `GatewayResponses`, which the gateway answers by itself.

    Raises `Undescribed` for a route that `OPERATIONS` does not have.
    """
    if missing := (ROUTES.keys() | OPEN_ROUTES) - OPERATIONS.keys():
        raise Undescribed(f"add to OPERATIONS in linewatch/dev/openapi/operations.py: {sorted(missing)}")
    shapes = Shapes([*OPERATIONS.values(), HEALTH])
    failures = {route: responses_of(_failures(route, each, gateway)) for route, each in OPERATIONS.items()}
    paths: dict[str, dict[str, Any]] = {"/health": {"get": _health(shapes)}}
    for (method, path), operation in OPERATIONS.items():
        described = _described(app.routes[path][method], operation, shapes, failures[method, path])
        paths.setdefault(path, {})[method.lower()] = described
    components = {
        "schemas": shapes.named,
        "responses": dict(response for each in failures.values() for response in each.values()),
        "securitySchemes": SCHEMES,
    }
    opening = {"openapi": "3.1.1", "info": INFO, "servers": SERVERS, "tags": _tags(app)}
    whole = {**opening, "paths": paths, "components": components}
    add_examples(whole, examples)
    return whole


def text_of(described: Mapping[str, Any]) -> str:
    """The content of the document's file."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _described(
    entry: RouteEntry, operation: Operation, shapes: Shapes, failures: Mapping[str, tuple[str, Schema]]
) -> dict[str, Any]:
    summary, _, more = (getdoc(entry.view_function) or "").partition("\n\n")
    return {
        "operationId": entry.view_name,
        "tags": [_tag(entry)],
        "summary": summary.removesuffix("."),
        **_callers(entry, more),
        "parameters": [*_path_parameters(entry.uri_pattern), *_parameters(operation, shapes)],
        **_body(operation, shapes),
        "responses": {
            str(operation.status.value): _answer(operation, shapes),
            **{status: {"$ref": f"#/components/responses/{name}"} for status, (name, _) in failures.items()},
        },
    }


def _failures(route: Route, operation: Operation, gateway: Mapping[str, Any]) -> list[Failure]:
    return (failures_of_open if route in OPEN_ROUTES else failures_of)(operation, gateway)


def _callers(entry: RouteEntry, description: str) -> Schema:
    """Who may call it, and by which scheme. The description says it too."""
    route = entry.method, entry.uri_pattern
    if route in OPEN_ROUTES:
        return {"description": description, "security": []}
    roles = [role for role in Role if role in ROUTES[route]]
    described = "\n\n".join(filter(None, [description, f"Roles: {', '.join(roles)}."]))
    return {"description": described, "x-roles": roles, "security": [{_scheme(entry): []}]}


def _health(shapes: Shapes) -> dict[str, Any]:
    return {
        "operationId": "health",
        "summary": "Whether the API answers",
        "description": "The gateway answers this itself, without a function. The local stack's gateway answers `{}`.",
        "security": [],
        "responses": {"200": _answer(HEALTH, shapes)},
    }


def _answer(operation: Operation, shapes: Shapes) -> Schema:
    if isinstance(operation.answer, tuple):
        content: Schema = {each: {} for each in operation.answer}
    else:
        content = {"application/json": {"schema": shapes.of_answer(operation.answer)}}
    return {"description": HTTPStatus(operation.status).phrase, "content": content}


def _body(operation: Operation, shapes: Shapes) -> Schema:
    match operation.body:
        case None:
            return {}
        case tuple(types):
            content: Schema = {each: {} for each in types}
        case model:
            content = {"application/json": {"schema": shapes.of_body(model)}}
    return {"requestBody": {"required": True, "content": content}}


def _parameters(operation: Operation, shapes: Shapes) -> list[Schema]:
    return [] if operation.query is None else shapes.parameters(operation.query)


def _path_parameters(path: str) -> list[Schema]:
    schema = {"type": "string", "pattern": ID_PATTERN}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in re.findall(r"{(\w+)}", path)]


def _scheme(entry: RouteEntry) -> str:
    assert isinstance(entry.authorizer, ChaliceAuthorizer)
    return {"Authorization": "bearer", "authorizationToken": "legacy"}[entry.authorizer.config.header]


def _tag(entry: RouteEntry) -> str:
    """The capability whose routes it is one of."""
    return str(entry.view_function.__module__).split(".")[1]


def _tags(app: Chalice) -> list[dict[str, str]]:
    names = dict.fromkeys(_tag(app.routes[path][method]) for method, path in OPERATIONS)
    return [{"name": name, "description": sys.modules[f"chalicelib.{name}"].__doc__ or ""} for name in names]
