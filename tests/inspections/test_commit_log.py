"""The log line and the metrics of a verdict."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.measurements import measurements
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.commit_log import log_commit, metrics_of
from chalicelib.inspections.ports import Commit
from tests.support.builders import NOON, an_inspection


def test_a_verdict_is_a_line_with_its_key_and_is_measured(lines: list[dict[str, Any]]) -> None:
    with measurements(per_line=False) as measure:
        log_commit(Commit(an_inspection(verdict=Verdict.ANOMALOUS), stored=True), measure)
    verdict, measured = lines
    assert (verdict["correlation_id"], verdict["verdict"]) == ("c1", "anomalous")
    assert verdict["key"] == an_inspection().key
    assert measured["DetectedAnomalyCount"] == 1


def test_an_image_that_is_delivered_again_is_not_counted_again(lines: list[dict[str, Any]]) -> None:
    with measurements(per_line=True) as measure:
        log_commit(Commit(an_inspection(), stored=False), measure)
    [line] = lines
    assert "_aws" not in line


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_inspection_is_counted_under_exactly_one_outcome(verdict: Verdict) -> None:
    counted = metrics_of(replace(an_inspection(), verdict=verdict))
    outcomes = ("ProcessedImageCount", "UnfamiliarImageCount", "InvalidImageCount", "FailedImageCount")
    assert sum(counted[outcome] for outcome in outcomes) == 1


def test_an_unfamiliar_image_counts_apart_and_never_as_an_inspected_part() -> None:
    counted = metrics_of(an_inspection(verdict=Verdict.UNFAMILIAR))
    assert counted["UnfamiliarImageCount"] == 1
    assert counted["ProcessedImageCount"] == counted["DetectedAnomalyCount"] == counted["InvalidImageCount"] == 0


def test_latency_and_queue_delay_are_measured_from_the_upload() -> None:
    inspection = an_inspection(uploaded_at=NOON, inspected_at=NOON + timedelta(seconds=2), queue_ms=1500.0)
    counted = metrics_of(inspection)
    assert (counted["InspectionLatency"], counted["QueueDelay"]) == (2000, 1500)
