"""DetectAnomalies is measured by the old names, by version, and only if a stage asks for that."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DetectedVerdict, Detection
from tests.lookout.conftest import Lookout
from tests.lookout.test_errors import IMAGE
from tests.lookout.test_story import hosted, with_dataset
from tests.support.deployment import SETTINGS

__all__ = ["hosted", "with_dataset"]

COUNTS = {"SuccessfulRequestCount": 1, "ProcessedImageCount": 1}


@pytest.fixture
def measuring(hosted: Lookout) -> Lookout:
    hosted.linewatch.platform.settings = replace(SETTINGS, metrics_per_version=True)
    return hosted


def measured(lines: list[dict[str, Any]]) -> dict[str, float]:
    """The metrics of the only line that has any; they are those of version 1 of `plates`."""
    [line] = [each for each in lines if "_aws" in each]
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["ProjectName", "ModelVersion"]]
    assert (line["ProjectName"], line["ModelVersion"]) == ("plates", "1")
    return {each["Name"]: line[each["Name"]] for each in directive["Metrics"]}


def test_an_image_is_counted_and_timed(measuring: Lookout, lines: list[dict[str, Any]]) -> None:
    measuring.client().detect_anomalies(**IMAGE)
    metrics = measured(lines)
    assert metrics.pop("Time") >= 0
    assert metrics == COUNTS | {"DetectedAnomalyCount": 1}


def test_a_normal_image_is_no_anomaly(measuring: Lookout, lines: list[dict[str, Any]]) -> None:
    measuring.detector.detection = Detection(DetectedVerdict(anomalous=False, confidence=0.9))
    measuring.client().detect_anomalies(**IMAGE)
    assert set(measured(lines)) == {*COUNTS, "Time"}


@pytest.mark.parametrize(
    ("fault", "metric"), [(Throttled("wait"), "ThrottledCount"), (RuntimeError("no"), "ErrorCount")]
)
def test_a_failure_is_counted_by_its_kind(
    measuring: Lookout, lines: list[dict[str, Any]], fault: Exception, metric: str
) -> None:
    measuring.detector.fault = fault
    with pytest.raises(ClientError):
        measuring.client().detect_anomalies(**IMAGE)
    assert measured(lines) == {metric: 1}


def test_an_image_that_can_never_be_inspected_is_counted(measuring: Lookout, lines: list[dict[str, Any]]) -> None:
    measuring.detector.detection = Detection(unprocessable="the image is truncated")
    with pytest.raises(ClientError):
        measuring.client().detect_anomalies(**IMAGE)
    assert measured(lines) == {"InvalidImageCount": 1}


def test_without_the_setting_nothing_is_measured(hosted: Lookout, lines: list[dict[str, Any]]) -> None:
    hosted.client().detect_anomalies(**IMAGE)
    assert not [each for each in lines if "_aws" in each]
