"""Poison comes into queues, tables and the lake while a camera works: all its images are accounted for."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.events import event_of
from chalicelib.inspections.items import to_item
from tests.emulator.account import accounted, rows
from tests.emulator.conftest import Say
from tests.emulator.plant import PROJECT, Plant, until
from tests.emulator.test_faults import RATE, Shift
from tests.emulator.test_lost import listed
from tests.support.builders import an_inspection

pytestmark = pytest.mark.emulator

LINE = "line-vandals"
SECONDS = 15
RECEIVES = 2
"""How often the queues deliver in this test. The tests of infra check the real numbers."""
QUEUES = {"inspection": "inspection-dlq", "results": "results-dlq", "alerts": "alerts-dlq"}
"""With their dead-letter queues."""
MARK = "vandal"
DEEP = f'{{"{MARK}": ' + "[" * 100_000 + "]" * 100_000 + "}"


def a_record(bucket: str, number: int, event_time: Any = "2026-03-14T12:00:00Z", **changes: Any) -> dict[str, Any]:
    """A record of S3's notification of an image that is not there."""
    stored = {
        "key": f"images/{PROJECT}/{LINE}-odd/{MARK}/2026-03-14/{MARK}-{number}",
        "size": 1,
        "eTag": "e",
        **changes,
    }
    return {"eventTime": event_time, "s3": {"bucket": {"name": bucket}, "object": stored}}


def notifications(bucket: str) -> list[str]:
    """Poison for the inspection queue, by itself and beside each other."""
    odd = [
        a_record(bucket, 1, size="abc"),
        a_record(bucket, 2, size=float("nan")),
        a_record(bucket, 3, eTag=[MARK]),
        a_record(bucket, 4, key=f"images/{MARK}/\ud800"),
        a_record(bucket, 5, event_time="2026-03-14T12:00:00"),
        a_record(bucket, 6, event_time="0001-01-01T00:00:00+14:00"),
        {MARK: 7},
    ]
    return [
        f"{MARK}: no notification",
        DEEP,
        *(json.dumps({"Records": [record]}) for record in odd),
        json.dumps({"Records": odd}),
    ]


def events(bucket: str) -> list[str]:
    """Poison for the queues of events."""
    event = event_of(an_inspection(MARK, line=LINE, bucket=bucket)).model_dump(mode="json")
    changes: list[dict[str, Any]] = [
        {"captured_at": "0001-01-01T00:00:00+14:00", "key": MARK, "verdict": "anomalous"},
        {"size_bytes": 2**70},
        {"camera": "\ud800", "verdict": "anomalous"},
        {"verdict": "blue"},
    ]
    details = [event | {"inspection": event["inspection"] | each} for each in changes]
    return [DEEP, *(json.dumps({"detail": detail, "of": MARK}) for detail in details)]


@contextmanager
def vandals(plant: Plant) -> Iterator[None]:
    """Put all poison in, and take out what is left at the end."""
    dynamodb, s3 = plant.stack.client("dynamodb"), plant.stack.client("s3")
    tables = {name: f"linewatch-{plant.stack.stage}-{name}" for name in ("inspections", "alert-windows")}
    item = to_item(an_inspection(MARK, inspection_id=MARK, line=LINE, bucket=plant.stack.bucket))
    window = {"window": {"S": MARK}, "closes_at": {"S": "2026-01-01T00:00:00.000000+00:00"}, "body": {"S": "{"}}
    files = [f"lake/inspections/{name}" for name in ("_SUCCESS", f"dt=2026-03-14/line={LINE}/{MARK}.parquet")]
    try:
        for body in notifications(plant.stack.bucket):
            plant.send_message("inspection", body)
        plant.send_message("inspection-dlq", DEEP)
        for queue in ("results", "alerts"):
            for body in events(plant.stack.bucket):
                plant.send_message(queue, body)
        dynamodb.put_item(TableName=tables["inspections"], Item={**item, "size_bytes": {"S": "many"}})
        dynamodb.put_item(TableName=tables["alert-windows"], Item=window)
        for key in files:
            s3.put_object(Bucket=plant.stack.bucket, Key=key, Body=b"PAR1 no file PAR1")
        yield
    finally:
        dynamodb.delete_item(
            TableName=tables["inspections"], Key={name: item[name] for name in ("inspection_id", "run")}
        )
        dynamodb.delete_item(TableName=tables["alert-windows"], Key={"window": window["window"]})
        for key in files:
            s3.delete_object(Bucket=plant.stack.bucket, Key=key)


@contextmanager
def few_receives(plant: Plant) -> Iterator[None]:
    """Let messages become dead letters after seconds instead of minutes."""
    arn = f"arn:aws:sqs:{plant.stack.region}:{plant.stack.account}:linewatch-{plant.stack.stage}"
    with ExitStack() as settings:
        for queue, dead in QUEUES.items():
            policy = json.dumps({"deadLetterTargetArn": f"{arn}-{dead}", "maxReceiveCount": RECEIVES})
            settings.enter_context(plant.queue_set(queue, RedrivePolicy=policy))
        yield


def purge(plant: Plant) -> None:
    """Empty every dead-letter queue."""
    sqs = plant.stack.client("sqs")
    for url in sqs.list_queues(QueueNamePrefix=f"linewatch-{plant.stack.stage}-")["QueueUrls"]:
        if url.endswith("-dlq"):
            sqs.purge_queue(QueueUrl=url)


def test_vandals_stop_no_image_of_a_camera(plant: Plant, tmp_path: Path, say: Say) -> None:
    camera = Shift(plant, tmp_path / "images", LINE, images=SECONDS * RATE)
    try:
        with few_receives(plant):
            camera.thread.start()
            with vandals(plant):
                accepted = camera.accepted()
                until(lambda: all(map(plant.find, accepted)) or None, "the last verdict", 120)
                until(
                    lambda: not (plant.queues().keys() & {*QUEUES, "inspection-dlq"}) or None,
                    "the end of all poison",
                    180,
                )
                dead = [dead_letter for dead_letter in listed(plant) if MARK in json.dumps(dead_letter)]
                assert len(dead) >= len(events("bucket")) + 2
                assert all(dead_letter["error"] for dead_letter in dead)
        until(lambda: set(accepted) <= rows(plant, LINE) or None, "the last row", 60)
        say(f"{accounted(plant, 'vandals', accepted, LINE)}, {len(dead)} dead letters of the vandals")
    finally:
        purge(plant)
