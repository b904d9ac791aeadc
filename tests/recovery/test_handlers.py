"""The handlers of recovery, on moto."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.aws.s3_notification import notification_of
from chalicelib.aws.sqs_batch import Message
from chalicelib.core.errors import MessagesFailed, NotReconciled
from chalicelib.core.inspection import Verdict
from chalicelib.recovery import handlers
from chalicelib.recovery.redrive import dead_letters_in
from tests.support.builders import an_inspection, an_upload
from tests.support.recovery import Deployment, deployed
from tests.support.sqs_events import sqs_event

IMAGE = an_upload()


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with deployed() as made:
        monkeypatch.setattr(app, "linewatch", made.linewatch)
        yield made


def dead(body: str = notification_of(IMAGE), message_id: str = "m1", receives: int = 6) -> dict[str, Any]:
    """An event with one message of the inspection queue's dead letters."""
    return sqs_event([Message(message_id, body, "r1", receives, "linewatch-test-inspection-dlq")])


def test_a_dead_letter_is_committed_as_failed_with_its_recorded_error(deployment: Deployment) -> None:
    deployment.linewatch.platform.failure_log.record("m1", "NoModel: train one")
    with Client(app.app) as client:
        client.lambda_.invoke("note_lost_images", dead())
    failed = deployment.find(IMAGE.inspection_id)
    assert failed is not None
    assert (failed.verdict, failed.reason) == (Verdict.FAILED, "NoModel: train one")
    assert failed.inspected_at == datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
    assert failed.original_message == notification_of(IMAGE)


def test_a_dead_letter_without_a_recorded_error_says_that_the_worker_died(deployment: Deployment) -> None:
    handlers.note_lost_images(dead(), deployment.linewatch.recovery)
    failed = deployment.find(IMAGE.inspection_id)
    assert failed is not None
    assert failed.reason == "worker died or timed out"


@pytest.mark.parametrize("body", ["not JSON", "[]", "{}", '{"Records": [{}]}', '{"Records": [{"s3": 1}]}'])
def test_a_dead_letter_that_cannot_be_read_goes_to_the_unreadable_queue(deployment: Deployment, body: str) -> None:
    handlers.note_lost_images(dead(body), deployment.linewatch.recovery)
    assert deployment.bodies("unreadable-dlq") == [body]


def test_a_dead_letter_that_cannot_be_committed_keeps_its_error_and_is_delivered_again(deployment: Deployment) -> None:
    deployment.linewatch.platform.failure_log.record("m1", "NoModel: train one")
    boto3.client("dynamodb").delete_table(TableName="linewatch-test-inspections")
    with pytest.raises(MessagesFailed):
        handlers.note_lost_images(dead(), deployment.linewatch.recovery)
    assert deployment.linewatch.platform.failure_log.find("m1") == "NoModel: train one"


def test_a_dead_letter_that_cannot_be_committed_again_and_again_is_kept_with_its_last_error(
    deployment: Deployment,
) -> None:
    boto3.client("dynamodb").delete_table(TableName="linewatch-test-inspections")
    with pytest.raises(MessagesFailed):
        handlers.note_lost_images(dead(receives=99), deployment.linewatch.recovery)
    assert deployment.bodies("unreadable-dlq") == []
    handlers.note_lost_images(dead(receives=100), deployment.linewatch.recovery)
    [kept] = dead_letters_in(deployment.linewatch.recovery.redrive_routes()[3:4])
    assert (kept.queue, kept.body) == ("unreadable-dlq", notification_of(IMAGE))
    assert "ResourceNotFoundException" in kept.error


@dataclass
class Context:
    """A Lambda context with this much time left."""

    milliseconds: int = 900_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture
def today(deployment: Deployment) -> str:
    """The date in two hours, to which the clock is set, so that a test's uploads have settled."""
    later = datetime.now(UTC) + timedelta(hours=2)
    deployment.linewatch.platform.clock = lambda: later
    return later.date().isoformat()


def test_each_night_missing_images_are_sent_again_and_counted(
    deployment: Deployment, today: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = f"images/plates/line-1/cam-1/{today}/a"
    etag = deployment.upload(key)
    logged = logged_by_reconcile(deployment, caplog)
    [body] = deployment.bodies("uploads")
    [record] = json.loads(body)["Records"]
    assert (record["s3"]["object"]["key"], record["s3"]["object"]["eTag"]) == (key, etag)
    assert (logged["MissingCount"], logged["compared"]["images"]) == (1, 1)


def test_the_metric_is_logged_when_nothing_is_missing(
    deployment: Deployment, today: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = f"images/plates/line-1/cam-1/{today}/a"
    image = an_upload(key, bucket="linewatch-test-123456789012", etag=deployment.upload(key))
    now = deployment.linewatch.platform.clock()
    inspection = an_inspection(inspection_id=image.inspection_id, key=key, captured_at=now)
    deployment.linewatch.inspections.table.commit(replace(inspection, inspected_at=now))
    logged = logged_by_reconcile(deployment, caplog)
    assert logged["MissingCount"] == 0
    assert {name: count for name, count in logged["compared"].items() if count} == {"images": 1, "inspections": 1}
    assert deployment.bodies("uploads") == []


def test_when_time_runs_out_the_error_names_the_rest(deployment: Deployment, today: str) -> None:
    deployment.upload(f"images/plates/line-1/cam-1/{today}/a")
    with pytest.raises(NotReconciled, match=f"images of {today}.*audit --repair"):
        handlers.reconcile(Context(59_999), deployment.linewatch.recovery)


def logged_by_reconcile(deployment: Deployment, caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """Reconcile; return the fields of its last log line."""
    logger = logging.getLogger("linewatch")
    logger.addHandler(caplog.handler)
    try:
        handlers.reconcile(Context(), deployment.linewatch.recovery)
    finally:
        logger.removeHandler(caplog.handler)
    logged: dict[str, Any] = vars(caplog.records[-1])["fields"]
    return logged
