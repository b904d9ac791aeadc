"""An image gets its verdict, its alert and its row in the lake, by every route."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median
from urllib.parse import urlsplit

import httpx
import pytest

from chalicelib.core.inspection import LIVE, Verdict
from chalicelib.inspections.items import from_item
from linewatch.operate.alert_feed import Arrived, follow
from linewatch.operate.lake import Counts, counts
from linewatch.stack.local import LocalStack
from tests.emulator.account import accounted, settle
from tests.emulator.conftest import Say
from tests.emulator.images import a_defect, a_photograph, a_png
from tests.emulator.plant import Plant, Sent, image_fields, key_of, sent_as, until

pytestmark = pytest.mark.emulator

type Send = Callable[[Plant, str], list[Sent]]


@pytest.fixture(scope="module")
def alerts(stack: LocalStack) -> Iterator[Arrived]:
    """The alerts that people get."""
    with follow(stack) as arrived:
        yield arrived


def send_singly(plant: Plant, line: str) -> list[Sent]:
    """By `POST /uploads`."""
    picture = a_photograph()
    upload = plant.ask("POST", "/uploads", json=image_fields(picture, line)).json()
    return [sent_as(upload["bucket"], upload["key"], plant.put(upload, picture.content).headers["ETag"])]


def send_as_batch(plant: Plant, line: str) -> list[Sent]:
    """By `POST /uploads/batch`."""
    return plant.send([a_photograph(), a_png(), a_photograph()], line)


def send_as_before(plant: Plant, line: str) -> list[Sent]:
    """Like a client of the archived sample: `GET /getsignedurl`, and a PUT with only the type `image/jpeg`."""
    query = {"cameraid": "cam-1", "assemblylineid": line, "imageid": "part-7"}
    token = {"authorizationToken": plant.token}
    answer = plant.http.get(f"{plant.stack.api_url}/getsignedurl", params=query, headers=token).json()
    assert answer["photoFilename"] == "part-7.jpg"
    put = plant.http.put(answer["uploadURL"], content=a_photograph().content, headers={"Content-Type": "image/jpeg"})
    assert put.status_code == 200, put.text
    path = urlsplit(answer["uploadURL"]).path
    key = path[path.index("images/") :]
    assert key.startswith(f"{key_of(line, 'part-7')}.")
    return [sent_as(plant.stack.bucket, key, put.headers["ETag"])]


def inspect_now(plant: Plant, line: str, content: bytes, **said: str) -> httpx.Response:
    """`POST /inspections` with the image as its body."""
    headers = {"Authorization": f"Bearer {plant.token}", "Content-Type": "image/jpeg"}
    query = {"line": line, "camera": "cam-1", **said}
    return plant.http.post(f"{plant.stack.api_url}/inspections", params=query, headers=headers, content=content)


def send_and_wait(plant: Plant, line: str) -> list[Sent]:
    """By `POST /inspections`, whose answer is the inspection."""
    answer = inspect_now(plant, line, a_photograph().content)
    assert answer.status_code == 200, answer.text
    inspection = answer.json()
    assert inspection["verdict"] == "normal"
    return [Sent(inspection["key"], inspection["inspection_id"])]


ROUTES: dict[str, Send] = {
    "single": send_singly,
    "batch": send_as_batch,
    "legacy": send_as_before,
    "at-once": send_and_wait,
}


def test_one_request_gives_one_verdict_and_another_image_under_its_id_a_conflict(plant: Plant, say: Say) -> None:
    first, other = a_photograph().content, a_defect().content
    answers = [inspect_now(plant, "line-now", first, image_id="part-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    refused = inspect_now(plant, "line-now", other, image_id="part-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImageIdTaken")
    listed = plant.ask("GET", "/inspections", params={"line": "line-now"}).json()["inspections"]
    assert [each["inspection_id"] for each in listed] == [answers[0]["inspection_id"]]
    settle(plant, [answers[0]["inspection_id"]], "line-now")
    say(accounted(plant, "requests that wait", [answers[0]["inspection_id"]], "line-now"))


def test_a_warm_verdict_takes_less_than_the_presigned_way(plant: Plant, say: Say) -> None:
    """All in the same run, one after the other: what the sender waits from its first request to the verdict."""
    at_once, detected, presigned = [], [], []
    for _ in range(10):
        start = time.perf_counter()
        plant.detect(a_photograph().content)
        detected.append(time.perf_counter() - start)
        start = time.perf_counter()
        send_and_wait(plant, "line-pace")
        at_once.append(time.perf_counter() - start)
        start = time.perf_counter()
        [image] = send_singly(plant, "line-pace")
        until(lambda id_=image.inspection_id: plant.linewatch.inspections.table.find(id_, LIVE), "the verdict")  # type: ignore[misc]
        presigned.append(time.perf_counter() - start)
    ways = {"POST /inspections": at_once, "DetectAnomalies": detected, "presigned": presigned}
    say("; ".join(f"{way}: {median(times) * 1000:.0f} ms" for way, times in ways.items()) + " (medians of 10)")
    assert max(median(at_once[2:]), median(detected[2:])) < median(presigned[2:])


@pytest.mark.parametrize("route", ROUTES)
def test_an_image_gets_its_verdict_and_its_row_by_every_route(plant: Plant, say: Say, route: str) -> None:
    line, send = f"line-{route}", ROUTES[route]
    sent = send(plant, line)
    for image in sent:
        inspection = plant.verdict(image.inspection_id)
        assert inspection.verdict is Verdict.NORMAL
        answer = plant.ask("GET", f"/inspections/{image.inspection_id}").json()
        assert (answer["key"], answer["verdict"]) == (image.key, "normal")
        assert answer["confidence"] == inspection.confidence
    listed = plant.ask("GET", "/inspections", params={"line": line}).json()["inspections"]
    assert {each["inspection_id"] for each in listed} == {image.inspection_id for image in sent}
    settle(plant, [image.inspection_id for image in sent], line)
    say(accounted(plant, f"{route} uploads", [image.inspection_id for image in sent], line))


def test_the_same_upload_requested_twice_gives_one_object_and_one_inspection(plant: Plant) -> None:
    picture = a_photograph()
    fields = image_fields(picture, "line-twice")
    first, second = (plant.ask("POST", "/uploads", json=fields).json() for _ in range(2))
    assert first["key"] == second["key"]
    answers = [plant.put(upload, picture.content).status_code for upload in (first, second, first)]
    assert answers == [200, 412, 412]
    folder = first["key"].rsplit("/", 1)[0]
    assert plant.stack.client("s3").list_objects_v2(Bucket=plant.stack.bucket, Prefix=folder)["KeyCount"] == 1
    until(lambda: listed(plant, "line-twice") or None, "the inspection")
    assert len(listed(plant, "line-twice")) == 1


def listed(plant: Plant, line: str) -> list[object]:
    """A line's inspections by the API."""
    inspections: list[object] = plant.ask("GET", "/inspections", params={"line": line}).json()["inspections"]
    return inspections


def test_people_are_alerted_to_a_defect_within_seconds(plant: Plant, alerts: Arrived) -> None:
    [image] = plant.send([a_defect()], "line-alert")
    assert plant.verdict(image.inspection_id).verdict is Verdict.ANOMALOUS
    received = until(lambda: [alert for alert in alerts(2) if image.inspection_id in alert.body] or None, "the alert")
    assert len(received) == 1
    assert "line-alert" in received[0].subject + received[0].body


def test_the_lake_counts_what_the_table_counts_before_and_after_compaction(plant: Plant) -> None:
    line = "line-counted"
    sent = [image for _ in range(3) for image in plant.send([a_photograph(), a_photograph()], line)]
    sent += plant.send([a_defect()], line)
    settle(plant, [image.inspection_id for image in sent], line)
    before = lake_counts(plant)
    plant.compact()
    assert lake_counts(plant) == before == table_counts(plant)
    files = plant.stack.client("s3").list_objects_v2(Bucket=plant.stack.bucket, Prefix="lake/")["Contents"]
    assert len([file for file in files if f"/line={line}/" in file["Key"]]) == 1


def lake_counts(plant: Plant) -> Counts:
    """Live inspections by project, line, day and verdict, as the lake has them."""
    return counts(plant.lake())


def table_counts(plant: Plant) -> Counts:
    """The same counts from the whole table."""
    pages = (
        plant.stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=plant.linewatch.platform.settings.name("inspections"))
    )
    found = [from_item(item) for page in pages for item in page["Items"]]
    return dict(Counter((each.project, each.line, each.captured_at.date(), str(each.verdict)) for each in found))
