"""The steps of one image, as an operator reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from linewatch.operate.image_lookup import stored_under, with_image_id
from linewatch.operate.trace import Trace, log_entries, trace_of
from tests.support.builders import NOON, an_inspection

BUCKET = "linewatch-test"
FOLDER = "images/plates/line-1/cam-1/2026-11-02"
KEY = f"{FOLDER}/part-7"
SPOTTED = an_inspection(verdict=Verdict.ANOMALOUS, boxes=(Box(2, 3, 18, 15),), area_fraction=0.03)
SECOND = timedelta(seconds=1)


def entry(message: str, seconds: float = 0, **fields: object) -> dict[str, Any]:
    return {"at": NOON + seconds * SECOND, "message": message, **fields}


def traced(inspection: Inspection | None, *entries: dict[str, Any], stored: UploadedImage | None = None) -> Trace:
    return trace_of(KEY, stored, inspection, entries, [])


def names_of(trace: Trace) -> list[str]:
    return [step.name for step in trace.steps]


def test_steps_are_in_order_of_time() -> None:
    inspection = an_inspection(captured_at=NOON, uploaded_at=NOON + 2 * SECOND, inspected_at=NOON + 3 * SECOND)
    trace = traced(
        inspection,
        entry("alert sent", 5, alert_id="x"),
        entry("uploads allowed", 1, key_id="k", folder=FOLDER, images=["part-7"]),
    )
    assert names_of(trace) == ["captured", "asked for", "uploaded", "inspected", "alerted"]
    assert list(trace.unknown) == ["archived", "reviewed"]


def test_a_row_of_the_lake_is_the_last_step() -> None:
    trace = trace_of(KEY, None, an_inspection(), [], [("lake/file", "normal")])
    assert names_of(trace)[-1] == "archived"
    assert "archived" not in trace.unknown


@pytest.mark.parametrize(("folder", "image"), [(FOLDER, "part-70"), (FOLDER.replace("cam-1", "cam-2"), "part-7")])
def test_a_request_for_another_image_is_no_step(folder: str, image: str) -> None:
    assert not names_of(traced(None, entry("uploads allowed", key_id="k", folder=folder, images=[image])))


def test_the_verdict_in_the_table_is_one_step() -> None:
    trace = traced(an_inspection(), entry("image inspected", verdict="normal", reason=None))
    assert names_of(trace).count("inspected") == 1
    assert "inspected before" not in names_of(trace)


def test_the_verdict_says_where_the_worst_spot_is() -> None:
    [details] = [step.details for step in traced(SPOTTED).steps if step.name == "inspected"]
    assert details.startswith("anomalous, confidence 0.75, model version 1; worst spot: upper left, 2,3-18,15 px, 3 %")


def test_an_unfamiliar_image_has_its_reason() -> None:
    unfamiliar = an_inspection(verdict=Verdict.UNFAMILIAR, confidence=None, reason="unlike anything in training")
    [details] = [step.details for step in traced(unfamiliar).steps if step.name == "inspected"]
    assert details.startswith("unfamiliar: unlike anything in training; ")


def test_failed_attempts_and_an_earlier_failure_have_their_errors() -> None:
    trace = traced(
        an_inspection(inspected_at=NOON + 9 * SECOND),
        entry("inspection failed", 1, cause="Traceback\n  line\nNoModel: no live model"),
        entry("image inspected", 2, verdict=Verdict.FAILED, reason="NoModel: no live model"),
    )
    assert [step.details for step in trace.steps if step.name == "attempt failed"] == ["NoModel: no live model"]
    assert [step.details for step in trace.steps if step.name == "inspected before"] == [
        "failed: NoModel: no live model"
    ]


def test_the_time_in_the_queue_and_the_time_of_the_inspection_are_separate() -> None:
    inspection = an_inspection(uploaded_at=NOON, inspected_at=NOON + SECOND, inspection_ms=250.0)
    [details] = [step.details for step in traced(inspection).steps if step.name == "inspected"]
    assert "750 ms in the queue, 250 ms for the inspection" in details


def test_an_image_in_the_queue_is_uploaded_and_not_inspected() -> None:
    trace = traced(None, stored=UploadedImage(BUCKET, KEY, "etag", 7, NOON))
    assert names_of(trace) == ["uploaded"]
    assert "waits in the queue" in trace.unknown["inspected"]


def test_log_entries_of_lambda_are_left_out() -> None:
    with mock_aws():
        logs = boto3.client("logs", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="s")
        logs.create_log_group(logGroupName="/linewatch/test")
        logs.create_log_stream(logGroupName="/linewatch/test", logStreamName="worker")
        messages = ["START a", '{"message": "image inspected", "correlation_id": "a"}', '["a"]']
        now = datetime.now(UTC)
        events: Any = [{"timestamp": int(now.timestamp() * 1000), "message": message} for message in messages]
        logs.put_log_events(logGroupName="/linewatch/test", logStreamName="worker", logEvents=events)
        [only] = log_entries(logs, "/linewatch/test", [["a"], [KEY]], now - SECOND)
    assert only["message"] == "image inspected"
    assert timedelta(0) <= now - only["at"] < timedelta(milliseconds=1)


@pytest.mark.parametrize("day", [None, "2026-11-02"])
def test_an_image_id_is_found_in_the_folders_of_every_camera(day: str | None) -> None:
    with mock_aws():
        s3 = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="s")
        s3.create_bucket(Bucket=BUCKET)
        keys = [KEY, KEY.replace("cam-1", "cam-2"), KEY + "0", "images/part-7", KEY.replace("2026-11-02", "other")]
        for key in keys:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"image")
        wanted = NOON.replace(year=2026, month=11, day=2).date() if day else None
        assert [image.key for image in with_image_id(s3, BUCKET, "part-7", wanted)] == keys[:2]
        assert stored_under(s3, BUCKET, KEY.replace("part-7", "none")) is None
