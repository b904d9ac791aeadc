"""The old client reads where the anomalies are: a list that begins with the background, and a mask."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT

from chalicelib.access.domain import Role
from chalicelib.core.clock import utc_now
from chalicelib.models.detect import DetectedMask, DetectedVerdict, Detection
from chalicelib.projects.domain import MaskClass
from tests.lookout.conftest import Lookout
from tests.lookout.test_story import hosted, with_dataset
from tests.support.builders import JPEG

__all__ = ["hosted", "with_dataset"]

SCRATCH = MaskClass(name="scratch", colour="#2ca02c")
PICTURE = b"\x89PNG\r\n\x1a\n..."
DETECT = "/2020-11-20/projects/plates/models/1/detect"


def learned_from(lookout: Lookout, masks: MaskClass) -> None:
    """The hosted version learned from images with these masks."""
    registry = lookout.linewatch.projects.registry
    record = registry.find("plates")
    assert registry.commit(record, record.with_model(replace(record.models[1], masks=masks)), None, at=utc_now())


def found(lookout: Lookout, area: float) -> None:
    mask = DetectedMask(PICTURE, area)
    lookout.detector.detection = Detection(DetectedVerdict(anomalous=True, confidence=0.8, mask=mask))


def asking(client: Any) -> Any:
    """The client, with the header that asks for a mask."""

    def ask(params: dict[str, Any], **_: object) -> None:
        params["headers"]["X-Linewatch-Anomaly-Mask"] = "true"

    client.meta.events.register("before-call.lookoutvision.DetectAnomalies", ask)
    return client


def detected(client: Any) -> dict[str, Any]:
    answer = client.detect_anomalies(ProjectName="plates", ModelVersion="1", Body=JPEG, ContentType="image/jpeg")
    result: dict[str, Any] = answer["DetectAnomalyResult"]
    return result


def test_a_version_that_learned_without_masks_answers_as_a_classification_model(hosted: Lookout) -> None:
    assert set(detected(hosted.client(Role.CAMERA))) == {"Source", "IsAnomalous", "Confidence"}
    assert hosted.detector.requests[0].mask_colour is None


def test_a_version_that_learned_from_masks_answers_with_one_and_the_class_of_its_data_set(hosted: Lookout) -> None:
    learned_from(hosted, SCRATCH)
    found(hosted, 0.1)
    result = detected(hosted.client(Role.CAMERA))
    assert hosted.detector.requests[0].mask_colour == "#2ca02c"
    assert result["AnomalyMask"] == PICTURE
    background, scratch = result["Anomalies"]
    assert (background["Name"], background["PixelAnomaly"]["Color"]) == ("background", "#FFFFFF")
    assert (scratch["Name"], scratch["PixelAnomaly"]["Color"]) == ("scratch", "#2CA02C")
    areas = [each["PixelAnomaly"]["TotalPercentageArea"] for each in result["Anomalies"]]
    assert areas == pytest.approx([0.9, 0.1])
    assert all(DYNAMODB_CONTEXT.create_decimal(Decimal(area)) for area in areas)


def test_only_the_background_says_that_nothing_was_found(hosted: Lookout) -> None:
    learned_from(hosted, SCRATCH)
    found(hosted, 0.0)
    [background] = detected(hosted.client())["Anomalies"]
    assert background == {"Name": "background", "PixelAnomaly": {"TotalPercentageArea": 1.0, "Color": "#FFFFFF"}}


def test_a_header_asks_any_version_for_a_mask(hosted: Lookout) -> None:
    found(hosted, 0.1)
    result = detected(asking(hosted.client()))
    assert [each["Name"] for each in result["Anomalies"]] == ["background", "defect"]
    assert result["AnomalyMask"] == PICTURE


def test_with_masks_in_its_data_set_the_header_changes_nothing(hosted: Lookout) -> None:
    learned_from(hosted, SCRATCH)
    found(hosted, 0.1)
    assert detected(asking(hosted.client()))["Anomalies"] == detected(hosted.client())["Anomalies"]


def test_another_value_of_the_header_is_refused(hosted: Lookout) -> None:
    answer = hosted.send("POST", DETECT, JPEG, headers={"X-Linewatch-Anomaly-Mask": "yes"})
    assert (answer.status, answer.body["Code"]) == (400, "ValidationException")
    assert answer.body["Message"] == "x-linewatch-anomaly-mask: must be true or false"
