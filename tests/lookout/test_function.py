"""What the function that inspects images answers to the API."""

import json
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from chalicelib.composition import Linewatch
from chalicelib.core.image import LARGEST_SENT_WHOLE
from chalicelib.core.spots import Box
from chalicelib.inspections.handlers import inspect_at_once
from chalicelib.lookout.error_answers import Throttled
from chalicelib.lookout.function import DetectionFailed, FunctionDetector
from chalicelib.models.detect import Detection, DetectRequest
from tests.support.builders import JPEG
from tests.support.deployment import a_linewatch, aws_clients
from tests.support.fake_models import FakeModel, FakeModels

REQUEST = DetectRequest("plates", "1", JPEG)


@pytest.fixture
def linewatch() -> Linewatch:
    linewatch = a_linewatch()
    linewatch.models.registry = FakeModels()
    return linewatch


class Functions:
    """Runs the handler in this process, with the payload and the answer as JSON."""

    exceptions = aws_clients().functions_once.exceptions

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


def a_detector(**answer: Any) -> FunctionDetector:
    client = aws_clients().functions_once
    stub = Stubber(client)
    if "code" in answer:
        stub.add_client_error("invoke", answer["code"])
    else:
        stub.add_response("invoke", answer)
    stub.activate()
    return FunctionDetector(client, "f")


def test_too_many_at_the_same_time_is_throttled() -> None:
    with pytest.raises(Throttled, match="try again"):
        a_detector(code="TooManyRequestsException").detect(REQUEST)


def test_a_function_that_fails_is_an_error() -> None:
    with pytest.raises(DetectionFailed, match="KeyError"):
        a_detector(FunctionError="Unhandled", Payload=BytesIO(b'{"errorType": "KeyError"}')).detect(REQUEST)


def test_a_function_that_takes_too_long_is_an_error() -> None:
    class Slow:
        exceptions = aws_clients().functions_once.exceptions

        def invoke(self, **_: object) -> dict[str, Any]:
            raise ReadTimeoutError(endpoint_url="x")

    slow: Any = Slow()
    with pytest.raises(ReadTimeoutError):
        FunctionDetector(slow, "f").detect(REQUEST)
