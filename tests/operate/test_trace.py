"""What an operator reads of one image's way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Verdict
from linewatch.operate.image_lookup import stored_under, with_image_id
from linewatch.operate.trace import Trace, lines_about, trace_of
from tests.support.builders import NOON, an_inspection

BUCKET = "linewatch-test"
KEY = "images/plates/line-1/cam-1/2026-11-02/part-7"
SECOND = timedelta(seconds=1)


def line(message: str, seconds: float = 0, **told: object) -> dict[str, Any]:
    return {"at": (NOON + seconds * SECOND).isoformat(), "message": message, **told}


def traced(inspection: Inspection | None, *lines: dict[str, Any], stored: UploadedImage | None = None) -> Trace:
    return trace_of(KEY, stored, inspection, lines, [])


def stages(trace: Trace) -> list[str]:
    return [step.name for step in trace.steps]


def test_what_happened_is_told_in_the_order_in_which_it_did() -> None:
    seen = an_inspection(captured_at=NOON, uploaded_at=NOON + 2 * SECOND, inspected_at=NOON + 3 * SECOND)
    told = traced(
        seen,
        line("results archived", 6, correlation_ids=["a", "b"]),
        line("uploads allowed", 1, key_id="k", keys=[KEY]),
        line("alert sent", 5, alert_id="x"),
        line("events published", 4, correlation_ids=["a"]),
    )
    way = ["captured", "asked for", "uploaded", "inspected", "published", "alerted", "archived"]
    assert stages(told) == way
    assert list(told.unknown) == ["reviewed"]


def test_the_verdict_that_the_table_has_is_told_once() -> None:
    told = traced(an_inspection(), line("image inspected", verdict="normal", reason=None))
    assert stages(told).count("inspected") == 1
    assert "inspected before" not in stages(told)


def test_failed_attempts_and_an_earlier_failure_are_told_with_their_causes() -> None:
    told = traced(
        an_inspection(inspected_at=NOON + 9 * SECOND),
        line("inspection failed", 1, cause="Traceback\n  line\nNoModel: no live model"),
        line("image inspected", 2, verdict=Verdict.FAILED, reason="NoModel: no live model"),
    )
    assert [step.told for step in told.steps if step.name == "attempt failed"] == ["NoModel: no live model"]
    assert [step.told for step in told.steps if step.name == "inspected before"] == ["failed: NoModel: no live model"]


def test_time_in_the_queue_is_told_apart_from_time_at_work() -> None:
    seen = an_inspection(uploaded_at=NOON, inspected_at=NOON + SECOND, inspection_ms=250.0)
    [told] = [step.told for step in traced(seen).steps if step.name == "inspected"]
    assert "750 ms in the queue, 250 ms at work" in told


def test_an_image_that_waits_was_uploaded_and_has_no_inspection_yet() -> None:
    told = traced(None, stored=UploadedImage(BUCKET, KEY, "etag", 7, NOON))
    assert stages(told) == ["uploaded"]
    assert "waits in the queue" in told.unknown["inspected"]


def test_lines_of_lambda_itself_are_left_out() -> None:
    with mock_aws():
        logs = boto3.client("logs", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="s")
        logs.create_log_group(logGroupName="/linewatch/test")
        logs.create_log_stream(logGroupName="/linewatch/test", logStreamName="worker")
        messages = ["START a", '{"at": "now", "message": "image inspected", "correlation_id": "a"}', '["a"]']
        now = datetime.now(UTC)
        events: Any = [{"timestamp": int(now.timestamp() * 1000), "message": message} for message in messages]
        logs.put_log_events(logGroupName="/linewatch/test", logStreamName="worker", logEvents=events)
        [found] = lines_about(logs, "/linewatch/test", ["a", KEY], now - SECOND)
    assert found["message"] == "image inspected"


@pytest.mark.parametrize("day", [None, "2026-11-02"])
def test_an_image_id_is_found_in_the_folder_of_each_camera(day: str | None) -> None:
    with mock_aws():
        s3 = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="s")
        s3.create_bucket(Bucket=BUCKET)
        keys = [KEY, KEY.replace("cam-1", "cam-2"), KEY + "0", "images/part-7", KEY.replace("2026-11-02", "other")]
        for key in keys:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"image")
        wanted = NOON.replace(year=2026, month=11, day=2).date() if day else None
        assert [image.key for image in with_image_id(s3, BUCKET, "part-7", wanted)] == keys[:2]
        assert stored_under(s3, BUCKET, KEY.replace("part-7", "none")) is None
