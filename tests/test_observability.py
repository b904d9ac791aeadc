"""Logs, metrics and traces say what they should, and nothing where they should not."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.context import Context

from chalicelib import observability
from chalicelib.domain.inspection import Verdict
from chalicelib.triggers import metrics_of, tell_inspection
from tests.fakes import NOON, an_inspection


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged while the test runs, each line read back."""
    observability.configure()
    logger = logging.getLogger("linewatch")
    read: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            formatter = logger.handlers[0].formatter
            assert formatter is not None
            read.append(json.loads(formatter.format(record)))

    reader = Reader()
    logger.addHandler(reader)
    yield read
    logger.removeHandler(reader)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {"STAGE": "test", "ACCOUNT": "123456789012"}.items():
        monkeypatch.setenv(f"LINEWATCH_{name}", value)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    return monkeypatch


def test_a_verdict_is_one_line_with_its_correlation_id_and_metrics(lines: list[dict[str, Any]]) -> None:
    tell_inspection(an_inspection(verdict=Verdict.ANOMALOUS), new=True)
    [line] = lines
    assert (line["correlation_id"], line["verdict"], line["DetectedAnomalyCount"]) == ("c1", "anomalous", 1)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Linewatch", [["project", "line"]])
    described = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert all(isinstance(line[name], int | float) for name in described)
    assert described["InspectionLatency"] == described["QueueDelay"] == "Milliseconds"
    assert described["ProcessedImageCount"] == "Count"


def test_an_image_that_comes_again_is_not_counted_again(lines: list[dict[str, Any]]) -> None:
    tell_inspection(an_inspection(), new=False)
    assert "_aws" not in lines[0]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_inspection_is_counted_under_exactly_one_fate(verdict: Verdict) -> None:
    counted = metrics_of(replace(an_inspection(), verdict=verdict))
    fates = counted["ProcessedImageCount"] + counted["InvalidImageCount"] + counted["FailedImageCount"]
    assert fates == 1


def test_latency_runs_from_the_upload_and_the_queue_delay_until_the_image_is_taken_up() -> None:
    inspection = an_inspection(uploaded_at=NOON, inspected_at=NOON + timedelta(seconds=2), queue_ms=1500.0)
    counted = metrics_of(inspection)
    assert (counted["InspectionLatency"], counted["QueueDelay"]) == (2000, 1500)


def test_a_failure_is_logged_with_its_whole_chain(lines: list[dict[str, Any]]) -> None:
    error = RuntimeError("no verdict")
    error.__cause__ = OSError("disk full")
    observability.tell_failure("failed", error, message_id="m1")
    assert "disk full" in lines[0]["cause"]
    assert (lines[0]["level"], lines[0]["message_id"]) == ("ERROR", "m1")


def test_off_aws_tracing_is_silent(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("AWS_XRAY_DAEMON_ADDRESS", raising=False)
    with observability.tracer()("inspect_image") as annotate:
        annotate(["c1"])


class Kept:
    """An X-Ray emitter that sends nothing."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send_entity(self, entity: Any) -> None:
        self.sent.append(entity)


def test_on_aws_each_stage_is_a_subsegment_with_the_correlation_id_also_in_threads(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000")
    emitter = Kept()
    xray_recorder.configure(context=Context(), emitter=emitter, sampling=False, service="linewatch")
    with xray_recorder.in_segment("invocation") as segment:
        traced = observability.tracer()

        def stage(correlation_id: str) -> None:
            with traced("inspect_image") as annotate:
                annotate([correlation_id])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(stage, ["c1", "c2"]))
        with traced("relay_changes") as annotate:
            annotate(["c1", "c2"])
    *images, relay = segment.subsegments
    assert {part.annotations["correlation_id"] for part in images} == {"c1", "c2"}
    assert relay.metadata["default"]["correlation_ids"] == ["c1", "c2"]
