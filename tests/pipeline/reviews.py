"""People who review over the API while images are inspected."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import app
from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import Grant, Role
from chalicelib.aws.s3_notification import each_announced
from chalicelib.core.capture import Capture
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.items import from_item
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.model_service import HANDLER
from tests.pipeline.outcome import rows_in
from tests.pipeline.photographs import png
from tests.pipeline.wire import Killed
from tests.pipeline.world import Context, World
from tests.support.builders import NOON

PASSED = "images/plates/line-1/cam-1/2026-03-14/passed"
FAILED = "images/plates/line-1/cam-1/2026-03-14/failed"
REVIEW = "/inspections/{inspection_id}/review"
SAMPLE = "/projects/{project}/reviews"
PEOPLE = {"ann": Role.OPERATOR, "bob": Role.OPERATOR, "eva": Role.ADMIN}
ANSWERS: Mapping[str, list[tuple[str, str | None, str]]] = {
    PASSED: [("anomalous", "scratch", "ann"), ("normal", None, "bob")],
    FAILED: [("anomalous", "dent", "ann")],
}
_MOST_TRIES = 5
_UNTIL_DRAWN = 13 * 3600
"""Seconds: a day without shifts is over at midnight."""


class Person:
    """Somebody with an operator's key, who repeats what failed for no mistake of their own."""

    def __init__(self, world: World, name: str, role: Role = Role.OPERATOR) -> None:
        self._world, self._context = world, context_of(Grant(name, role, "plates"))

    def asks(
        self, method: str, path: str, of: str = "", query: Mapping[str, str] | None = None, /, **body: object
    ) -> dict[str, Any]:
        """The answer, with its `status`. `of` is the id that the path names."""
        event = {
            "requestContext": {"httpMethod": method, "resourcePath": path, "path": path, "authorizer": self._context},
            "headers": {"content-type": "application/json"},
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
            "pathParameters": {"inspection_id": of, "key_id": of, "export": of, "project": "plates"},
            "stageVariables": None,
            "body": json.dumps(body),
            "isBase64Encoded": False,
        }
        for _ in range(_MOST_TRIES):
            try:
                with self._world.wire.watching(HANDLER):
                    answer = app.app(event, Context())
            except Killed as death:
                self._world.start_cold()
                self._world.failures.append((path, death))
                continue
            if answer["statusCode"] < HTTPStatus.INTERNAL_SERVER_ERROR:
                return {**json.loads(answer["body"]), "status": answer["statusCode"]}
            self._world.failures.append((path, RuntimeError(answer["body"])))
        raise AssertionError(f"{method} {path} failed {_MOST_TRIES} times: {self._world.failures}")


def review_and_redrive(world: World) -> None:
    """Two people review a passed part, and one takes the last answer back. One reviews an image that failed, which is
    inspected after that.
    """
    world.upload(PASSED, png(100))
    world.settle()
    message = _fail(world)
    passed, failed = (_stored(world)[key] for key in (PASSED, FAILED))
    ann, bob, eva = (Person(world, name, role) for name, role in PEOPLE.items())
    eva.asks("PUT", f"{SAMPLE}/plan", parts=5)
    world.pass_by(_UNTIL_DRAWN)
    ann.asks("POST", REVIEW, passed.inspection_id, verdict="anomalous", kind="scratch", revision=1)
    refused = bob.asks("POST", REVIEW, passed.inspection_id, verdict="normal", revision=1)
    bob.asks("POST", REVIEW, passed.inspection_id, verdict="normal", revision=refused["revision"])
    mistaken = bob.asks("POST", REVIEW, passed.inspection_id, verdict="anomalous", revision=3)
    bob.asks("DELETE", REVIEW, passed.inspection_id, {"revision": str(mistaken["revision"])})
    ann.asks("POST", REVIEW, failed.inspection_id, verdict="anomalous", kind="dent", revision=0)
    for path in ("/reviews", "/reviews/waiting", REVIEW, f"{SAMPLE}/plan", f"{SAMPLE}/escapes", f"{SAMPLE}/agreement"):
        assert bob.asks("GET", path, passed.inspection_id)["status"] == HTTPStatus.OK
    client("sqs").send_message(QueueUrl=world.settings.name("inspection"), MessageBody=message)
    world.settle()


def _fail(world: World) -> str:
    """An image that ran out of attempts; the message that announced it."""
    world.upload(FAILED, png(101))
    [message] = inside.messages(world.settings.name("uploads"))
    world.lose_messages("uploads")
    body = str(message.body)
    each_announced(
        body,
        lambda image: app.linewatch.inspections.table.commit(
            Inspection.failed(Capture.of(image), "no model", original_message=body, at=NOON)
        ),
    )
    world.settle()
    return body


def _stored(world: World) -> Mapping[str, Inspection]:
    items = client("dynamodb").scan(TableName=world.settings.name("inspections"))["Items"]
    return {found.key: found for found in map(from_item, items)}


def unkept(world: World) -> Iterator[str]:
    """Answers that are lost or there twice, in the table and in the lake."""
    stored = _stored(world)
    for key, answers in ANSWERS.items():
        standing = (each for each in stored[key].answers if each.withdrawn_at is None)
        found = [(each.label.value, each.kind, each.reviewed_by) for each in standing]
        if found != answers:
            yield f"{key} has the answers {found}"
        if key == PASSED and not all(each.drawn_in for each in stored[key].answers):
            yield f"the sample did not ask for {key}"
    rows = rows_in(world, "SELECT key, revision, review_label, review_kind, reviewed_by FROM current")
    for key, *row in rows:
        if row != [stored[key].revision, *ANSWERS[key][-1]]:
            yield f"the lake has {row} of {key}, and the table revision {stored[key].revision}"
