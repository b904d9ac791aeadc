"""What happens in a plant, good and bad, so that every function makes every call that it can make."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import app
from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import Grant, Role
from chalicelib.core.clock import utc_now
from chalicelib.core.image import AT_ONCE, AtOnce, UploadedImage
from chalicelib.core.inspection import LIVE, Verdict
from chalicelib.core.small_picture import PICTURE_REQUEST, ImageObject, PictureRequest
from chalicelib.shifts.domain import CalendarRecord
from linewatch.operate.operator import operator_grant
from tests.pipeline import hosting
from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.pipeline.scenarios import LINE, SCENARIOS
from tests.pipeline.trainings import create_version
from tests.pipeline.wire import Call, Fault, Plan
from tests.pipeline.world import Context, World
from tests.rights.administration import gateway_event as _event
from tests.rights.administration import what_an_administrator_does
from tests.rights.comparisons import an_image_from_after_a_shadow_run, questions_about_versions
from tests.rights.hosting import a_project_hosted_stopped_and_deleted
from tests.rights.model_api import a_project_from_first_to_last
from tests.rights.models_on_the_page import images_and_thresholds
from tests.rights.reports_on_the_page import an_export, reports_that_are_found
from tests.shifts.calendars import BERLIN, content_of, event
from tests.support.builders import NOON, an_inspection

type Happens = Callable[[World], None]

ARN = "arn:aws:execute-api:eu-west-1:123456789012:api/v1/GET/inspections"
_LARGE = 300_000
"""Bytes: more than the bus or a queue takes."""
_LARGEST_BODY = 256 * 1024
"""Bytes that a queue takes, if there is nothing beside them."""


def _a_damaged_part(world: World) -> None:
    world.upload(f"{LINE}/damaged", png(101, damaged=True))
    world.settle()
    world.run_hourly("compact_lake", "send_digests")


def _texts_that_are_too_large(world: World) -> None:
    """A window, a record of the stream and a dead letter that must be set aside whole, and an event for the bus."""
    item = {"window": {"S": "plates/line-1"}, "broken": {"S": "x" * _LARGE}}
    client("dynamodb").put_item(TableName=world.settings.name("alert-windows"), Item=item)
    record = {"inspection_id": {"S": "0"}, "run": {"S": "live"}, "verdict": {"S": "x" * _LARGE}}
    client("dynamodb").put_item(TableName=world.settings.name("inspections"), Item=record)
    client("sqs").send_message(QueueUrl=world.settings.name("inspection"), MessageBody="x" * _LARGEST_BODY)
    world.settle()
    world.run_hourly("send_digests")


def _a_broken_lake(world: World) -> None:
    """Two files of one folder to compact, and one that cannot be read."""
    for at in (1, 2):
        world.upload(f"{LINE}/image-{at}", png(100 + at))
        world.settle()
    [folder] = {
        each["Key"].rpartition("/")[0]
        for each in client("s3").list_objects_v2(Bucket=world.settings.bucket, Prefix="lake/")["Contents"]
    }
    client("s3").put_object(Bucket=world.settings.bucket, Key=f"{folder}/broken.parquet", Body=b"nothing")
    world.pass_by(3 * 86400)
    world.run_hourly("compact_lake")
    world.run_hourly("reconcile")


def _two_damaged_parts(world: World) -> None:
    for name in ("one", "two"):
        world.upload(f"{LINE}/{name}", png(102, damaged=True))
        world.settle()
    world.run_hourly("send_digests")


def _requests(world: World) -> None:
    """Every route, as the gateway calls the functions for a camera."""
    found = an_inspection("a", verdict=Verdict.ANOMALOUS, bucket=world.settings.bucket)
    app.linewatch.inspections.table.commit(found)
    context = [_allowed(world, authorizer) for authorizer in ("authorize", "authorize_legacy")][-1]
    upload = {
        "line": "line-1",
        "camera": "cam-1",
        "captured_at": NOON.isoformat(),
        "content_type": "image/png",
        "size_bytes": 1,
        "sha256": "0" * 64,
    }
    for method, path, query, body in (
        ("POST", "/uploads", {}, upload),
        ("POST", "/uploads/batch", {}, {"images": [upload]}),
        ("GET", "/getsignedurl", {"cameraid": "cam-1", "assemblylineid": "line-1", "imageid": "b"}, None),
        ("GET", "/inspections", {"line": "line-1"}, None),
        ("GET", "/inspections/{inspection_id}", {}, None),
        ("GET", "/inspections/{inspection_id}/map", {}, None),
        ("GET", "/inspections/{inspection_id}/image", {}, None),
        ("GET", "/key", {}, None),
        ("GET", "/page", {}, None),
    ):
        with world.wire.watching("api_handler"):
            event = _event(method, path, query, body, context)
            event["pathParameters"] = {"inspection_id": found.inspection_id}
            assert app.app(event, Context())["statusCode"] < 500


def _what_people_ask(world: World) -> None:
    """The lines of a project, the counts of one, what waits, and the report of a version that was trained."""
    create_version(world, "gears")
    world.deliver("train_model")
    queue = client("sqs").create_queue(QueueName=world.settings.project_queue("gears"))
    client("sqs").send_message(QueueUrl=queue["QueueUrl"], MessageBody="an image")
    project, context = "{project}", context_of(Grant("k", Role.VIEWER, "gears"))
    found = an_inspection("a", project="gears", bucket=world.settings.bucket)
    app.linewatch.inspections.table.commit(found)
    asked = ("lines", "lines/{line}/counts", "models/{version}/report", "queue")
    for path in (f"{project}/{each}" for each in asked):
        sent = _event("GET", f"/projects/{path}", {}, None, context)
        with world.wire.watching("api_handler"):
            answer = app.app(
                sent | {"pathParameters": {"project": "gears", "line": "line-1", "version": "1"}}, Context()
            )
        assert answer["statusCode"] == HTTPStatus.OK, answer
    what_an_administrator_does(world, found)


def _allowed(world: World, authorizer: str) -> dict[str, str]:
    """What the gateway knows of a camera's request after it asked the authorizer."""
    _, token = app.linewatch.access.issue_key(Role.CAMERA, "plates")
    with world.wire.watching(authorizer):
        allowed = getattr(app, authorizer)({"type": "TOKEN", "authorizationToken": token, "methodArn": ARN}, Context())
    context: dict[str, str] = allowed["context"]
    return context


def _a_sender_who_waits(world: World) -> None:
    """Moto runs no function for the API, so its request stays pending. The function is called as the API calls it."""
    content, query = png(103), {"line": "line-1", "camera": "cam-1", "image_id": "part-7"}
    sent = _event("POST", "/inspections", query, None, _allowed(world, "authorize"))
    with world.wire.watching("api_handler"):
        answer = app.app(sent | {"body": b64encode(content).decode(), "isBase64Encoded": True}, Context())
    assert answer["statusCode"] == HTTPStatus.ACCEPTED, answer
    objects = client("s3").list_objects_v2(Bucket=world.settings.bucket)["Contents"]
    [stored] = [each for each in objects if each["Key"].endswith("/part-7")]
    image = UploadedImage(world.settings.bucket, stored["Key"], stored["ETag"].strip('"'), len(content), NOON)
    for existed in (False, True):
        with world.wire.watching("inspect_at_once"):
            answer = app.inspect_at_once(AT_ONCE.dump_python(AtOnce(image, existed), mode="json"), Context())
        assert "inspection" in answer
    found = app.linewatch.inspections.table.find(image.inspection_id, LIVE)
    assert found is not None
    asked = _event("GET", "/inspections/{inspection_id}/picture", {}, None, _allowed(world, "authorize"))
    asked |= {"pathParameters": {"inspection_id": found.inspection_id}, "headers": {"accept": "image/jpeg"}}
    with world.wire.watching("api_handler"):
        assert app.app(asked, Context())["statusCode"] == HTTPStatus.SERVICE_UNAVAILABLE
    with world.wire.watching("inspect_at_once"):
        shown = PictureRequest(ImageObject(image.bucket, image.key, image.etag), 320)
        answer = app.inspect_at_once(PICTURE_REQUEST.dump_python(shown, mode="json"), Context())
    assert answer["picture"]


def _a_training(world: World) -> None:
    """Of images that a camera uploaded, by a new worker."""
    create_version(world, "gears", "images/{project}/line-1/cam-1/2026-03-14")
    world.start_cold()
    world.deliver("train_model")
    world.pass_by(3)
    world.deliver("train_model")


def _a_shift_calendar(world: World) -> None:
    """An hour of work every four hours, from a file in the bucket; a calendar whose project is gone; all requests."""
    hosting.create_project(world, "cups")
    hosting.start(world, "cups")
    world.start_cold()
    file = content_of(BERLIN, *event(":20260301T000000", ":20260301T010000", "RRULE:FREQ=DAILY;BYHOUR=0,4,8,12,16,20"))
    client("s3").put_object(Bucket=world.settings.bucket, Key="calendars/cups.ics", Body=file)
    app.linewatch.shifts.calendars.put(CalendarRecord(project="gone", number=1))
    world.start_cold()
    for _ in range(10):
        world.run_hourly("follow_calendars")
        world.follow()
    hosting.start(world, "cups")
    _the_images_of_a_day_of_a_project_without_a_queue(world)
    world.start_cold()
    _, token = app.linewatch.access.issue_key(Role.OPERATOR, "cups")
    with world.wire.watching("authorize"):
        context = app.authorize({"type": "TOKEN", "authorizationToken": token, "methodArn": ARN}, Context())["context"]
    shifts = "/projects/{project}/shifts"
    for method, path, body in (
        ("PUT", shifts, file.decode()),
        ("GET", shifts, None),
        ("GET", f"{shifts}/file", None),
        ("PUT", f"{shifts}/override", {"run": True}),
        ("DELETE", f"{shifts}/override", None),
        ("DELETE", shifts, None),
    ):
        sent = _event(method, path, {}, body, context) | {"pathParameters": {"project": "cups"}}
        if isinstance(body, str):
            sent["body"] = body
        with world.wire.watching("api_handler"):
            assert app.app(sent, Context())["statusCode"] == HTTPStatus.OK


def _the_images_of_a_day_of_a_project_without_a_queue(world: World) -> None:
    """It was created moments ago."""
    grant, soon = operator_grant("seals"), utc_now() + timedelta(minutes=30)
    app.linewatch.projects.create_project("seals", grant)
    world.upload("images/seals/line-1/cam-1/2026-03-14/a", png(100))
    world.lose_messages("uploads")
    app.linewatch.shifts.set_end_of_day("seals", grant, at=soon.time(), zone="UTC")
    world.run_hourly("follow_calendars")


TROUBLES: dict[str, tuple[Happens, Plan]] = {
    **{name: (scenario.happens, None) for name, scenario in SCENARIOS.items()},
    "requests": (_requests, None),
    "what people ask": (_what_people_ask, None),
    "a sender who waits": (_a_sender_who_waits, None),
    "a project hosted, stopped and deleted": (a_project_hosted_stopped_and_deleted, None),
    "the model API": (a_project_from_first_to_last, None),
    "no alert can be sent": (_a_damaged_part, (Call("raise_alerts", "sns.Publish", 1), Fault.FAILED)),
    "no file can be written": (_a_damaged_part, (Call("archive_results", "s3.PutObject", 1), Fault.FAILED)),
    "large texts": (_texts_that_are_too_large, None),
    "a broken lake": (_a_broken_lake, None),
    "a training that fails at first": (_a_training, (Call("train_model", "s3.GetObject", 9), Fault.FAILED)),
    "a comparison that fails at first": (
        SCENARIOS["a promotion and a roll back"].happens,
        (Call("replay_images", "s3.PutObject", 1), Fault.FAILED),
    ),
    "an image of a shadow run that fails at first": (
        SCENARIOS["a shadow run"].happens,
        (Call("judge_in_shadow", "dynamodb.PutItem", 1), Fault.FAILED),
    ),
    "an image from after a shadow run": (an_image_from_after_a_shadow_run, None),
    "questions about versions": (questions_about_versions, None),
    "images and thresholds": (images_and_thresholds, None),
    "reports on the page": (reports_that_are_found, None),
    "an export": (an_export, None),
    "a digest": (_two_damaged_parts, None),
    "requests about a calendar": (_a_shift_calendar, None),
    "no failure can be noted": (
        SCENARIOS["a bad day"].happens,
        (Call("note_lost_images", "dynamodb.PutItem", 1), Fault.FAILED),
    ),
}
