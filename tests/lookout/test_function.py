"""What the function that inspects images answers to the API."""

import json
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.composition import Linewatch
from chalicelib.core.image import LARGEST_SENT_WHOLE
from chalicelib.core.spots import Box
from chalicelib.inspections.handlers import inspect_at_once
from chalicelib.lookout.error_answers import Throttled
from chalicelib.lookout.function import DetectionFailed, FunctionDetector
from chalicelib.models.detect import Detection, DetectRequest
from tests.support.builders import JPEG
from tests.support.deployment import a_linewatch
from tests.support.fake_aws import FakeFunctions
from tests.support.fake_models import FakeModel, FakeModels

REQUEST = DetectRequest("plates", "1", JPEG)


@pytest.fixture
def linewatch() -> Linewatch:
    linewatch = a_linewatch()
    linewatch.models.registry = FakeModels()
    return linewatch


class Functions:
    """Runs the handler in this process, with the payload and the answer as JSON."""

    def __init__(self, linewatch: Linewatch) -> None:
        self._linewatch = linewatch
        self.payloads: list[bytes] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.payloads.append(Payload)
        answer = inspect_at_once(json.loads(Payload), self._linewatch.inspections)
        return {"Payload": BytesIO(json.dumps(answer).encode())}


def detect(linewatch: Linewatch, request: DetectRequest = REQUEST) -> Detection:
    functions: Any = Functions(linewatch)
    return FunctionDetector(functions, "linewatch-test-inspect_at_once").detect(request)


@pytest.mark.parametrize(
    ("model", "anomalous", "confidence"),
    [
        (FakeModel(0.1), False, 0.8),
        (FakeModel(0.95), True, 0.9),
        (FakeModel(0.1, unfamiliar="no light"), True, 1.0),
    ],
    ids=["normal", "anomalous", "unfamiliar"],
)
def test_the_verdict_of_the_version_is_returned(
    linewatch: Linewatch, model: FakeModel, anomalous: bool, confidence: float
) -> None:
    linewatch.models.registry = FakeModels({"plates": model})
    verdict = detect(linewatch).verdict
    assert verdict is not None
    assert (verdict.anomalous, verdict.confidence) == (anomalous, confidence)
    assert (verdict.unfamiliar, verdict.worst_box) == (model.unfamiliar, Box(2, 3, 18, 15))
    assert verdict.spot == "upper left, 2,3-18,15 px, 6 % of the image"
    assert verdict.mask is None


def test_a_mask_comes_back_if_it_is_asked_for(linewatch: Linewatch) -> None:
    verdict = detect(linewatch, DetectRequest("plates", "1", JPEG, "#2ca02c")).verdict
    assert verdict is not None
    assert verdict.mask is not None
    assert (verdict.mask.picture, verdict.mask.area) == (b"PNG #2ca02c", 0.0625)


def test_an_image_that_can_never_be_inspected_comes_back_with_its_reason(linewatch: Linewatch) -> None:
    request = DetectRequest("plates", "1", JPEG + b"broken")
    assert detect(linewatch, request) == Detection(unprocessable="the image is truncated")


def test_the_largest_image_fits_into_one_invocation(linewatch: Linewatch) -> None:
    functions: Any = Functions(linewatch)
    FunctionDetector(functions, "f").detect(
        DetectRequest("plates", "1", JPEG.ljust(LARGEST_SENT_WHOLE)[:LARGEST_SENT_WHOLE])
    )
    assert len(functions.payloads[0]) < 6 * 1024 * 1024


def refused(code: str, status: int) -> ClientError:
    described: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(described, "Invoke")


def detector(functions: FakeFunctions) -> FunctionDetector:
    return FunctionDetector(functions, "f")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "functions",
    [
        FakeFunctions(fault=refused("TooManyRequestsException", 429)),
        FakeFunctions(fault=ReadTimeoutError(endpoint_url="x")),
        FakeFunctions(lost=ReadTimeoutError(endpoint_url="x")),
    ],
    ids=["too many", "too slow", "connection lost"],
)
def test_without_an_answer_the_call_is_worth_another_try(functions: FakeFunctions) -> None:
    with pytest.raises(Throttled, match="try again"):
        detector(functions).detect(REQUEST)


def test_a_function_that_fails_is_an_error() -> None:
    with pytest.raises(DetectionFailed, match="KeyError"):
        detector(FakeFunctions({"errorType": "KeyError"}, failed=True)).detect(REQUEST)


def test_a_function_that_may_not_be_called_is_an_error() -> None:
    with pytest.raises(DetectionFailed, match="f gave no answer"):
        detector(FakeFunctions(fault=refused("AccessDeniedException", 403))).detect(REQUEST)
