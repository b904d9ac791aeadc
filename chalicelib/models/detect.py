"""Inspect an image and store nothing."""

from dataclasses import dataclass

from pydantic import Base64Bytes, TypeAdapter

from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.inspection import Prediction, confidence_of
from chalicelib.models.ports import Models

LARGEST_BYTES = 4_500_000
"""What fits, in base64, into one invocation of a function."""


@dataclass(frozen=True, slots=True)
class DetectRequest:
    """An image, and the version that shall inspect it."""

    project: str
    version: str
    content: Base64Bytes


@dataclass(frozen=True, slots=True)
class DetectedVerdict:
    """The verdict, and how sure it is: 0 to 1."""

    anomalous: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Detection:
    """What the version says of an image, or why the image can never be inspected."""

    verdict: DetectedVerdict | None = None
    unprocessable: str = ""


DETECT_REQUEST: TypeAdapter[DetectRequest] = TypeAdapter(DetectRequest)
DETECTION: TypeAdapter[Detection] = TypeAdapter(Detection)


def detect(request: DetectRequest, *, models: Models) -> Detection:
    """Predict with this version. Raises `NoModel` and `ModelRefused`."""
    try:
        return Detection(_verdict_of(models.version(request.project, request.version).predict(request.content)))
    except UnprocessableImage as error:
        return Detection(unprocessable=str(error))


def _verdict_of(prediction: Prediction) -> DetectedVerdict:
    """An unfamiliar image is surely no image of a good part: anomalous, with the confidence 1."""
    if prediction.unfamiliar is not None:
        return DetectedVerdict(anomalous=True, confidence=1.0)
    return DetectedVerdict(prediction.anomalous, confidence_of(prediction.anomaly_probability))
