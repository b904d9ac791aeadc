"""An admin signs in by a link, invites somebody, changes what they may do, removes them and signs out."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import app
from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from tests.pipeline.account import client
from tests.pipeline.model_service import HANDLER
from tests.pipeline.wire import Killed
from tests.pipeline.world import Context, World

EVA = Person("eva@example.com", Role.ADMIN, ("plates",))
ADA = Person("ada@example.com", Role.VIEWER, ("plates",))
ARN = "arn:aws:execute-api:eu-west-1:123456789012:api/v1/GET/people"
_MOST_TRIES = 5


class Browser:
    """Sends requests, and repeats what failed for no mistake of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._context: dict[str, Any] | None = None

    def signs_in(self, person: Person) -> None:
        """By a new link, if an answer to the first one was lost."""
        answer = {"status": 0}
        while answer["status"] != HTTPStatus.OK:
            link = app.linewatch.access.desk.new_link(person)
            self._context = None
            answer = self.asks("POST", "/session", body={"link": link})
        token = f"{answer['token']}/plates"
        self._context = self._tried("authorize", lambda: self._authorized(token))

    def asks(self, method: str, path: str, person: str = "", body: object = None) -> dict[str, Any]:
        """The answer, with its `status`."""
        event = {
            "requestContext": {"httpMethod": method, "resourcePath": path, "path": path, "authorizer": self._context},
            "headers": {"content-type": "application/json"},
            "multiValueQueryStringParameters": None,
            "pathParameters": {"person": person} if person else None,
            "stageVariables": None,
            "body": json.dumps(body or {}),
            "isBase64Encoded": False,
        }
        return self._tried(HANDLER, lambda: self._answered(event))

    def _authorized(self, token: str) -> dict[str, Any] | None:
        sent = {"type": "TOKEN", "authorizationToken": token, "methodArn": ARN}
        context: dict[str, Any] | None = app.authorize(sent, Context()).get("context")
        return context

    def _answered(self, event: dict[str, Any]) -> dict[str, Any] | None:
        answer = app.app(event, Context())
        if answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._world.failures.append((event["requestContext"]["path"], RuntimeError(answer["body"])))
            return None
        return {**json.loads(answer["body"]), "status": answer["statusCode"]}

    def _tried(self, handler: str, work: Any) -> dict[str, Any]:
        for _ in range(_MOST_TRIES):
            try:
                with self._world.wire.watching(handler):
                    done = work()
            except Exception as error:  # noqa: BLE001 - whatever it was, the gateway's client tries again
                self._world.failures.append((handler, error))
            except Killed as death:
                self._world.start_cold()
                self._world.failures.append((handler, death))
            else:
                if done is not None:
                    found: dict[str, Any] = done
                    return found
        raise AssertionError(f"{handler} failed {_MOST_TRIES} times: {self._world.failures}")


def come_and_go(world: World) -> None:
    """Ada is signed in when her rights change, and again when she is removed."""
    world.start_cold()
    eva, ada = Browser(world), Browser(world)
    eva.signs_in(EVA)
    person = "/people/{person}"
    eva.asks("POST", "/people", body={"name": ADA.name, "role": "viewer", "projects": ["plates"]})
    assert [each["name"] for each in eva.asks("GET", "/people")["people"]] == [ADA.name]
    ada.signs_in(ADA)
    eva.asks("PUT", person, ADA.name, {"role": "operator"})
    if ada.asks("GET", "/key")["status"] != HTTPStatus.UNAUTHORIZED:
        world.noticed.append("Ada works on with rights that were changed")
    eva.asks("PUT", person, ADA.name, {"enabled": False})
    eva.asks("PUT", person, ADA.name, {"enabled": True})
    ada.signs_in(ADA)
    eva.asks("DELETE", person, ADA.name)
    if ada.asks("GET", "/key")["status"] != HTTPStatus.UNAUTHORIZED:
        world.noticed.append("Ada works on when she is removed")
    eva.asks("DELETE", "/session")
    eva.signs_in(EVA)
    eva.asks("DELETE", "/sessions")


def unended(world: World) -> Iterator[str]:
    """Sessions that are left, and people."""
    for item in client("dynamodb").scan(TableName=world.settings.name("sessions"))["Items"]:
        if item["session_id"]["S"].startswith("s-"):
            yield f"a session of {item['name']['S']} is left"
    for user in client("cognito-idp").list_users(UserPoolId=world.settings.user_pool)["Users"]:
        yield f"{user['Username']} is left"
