"""Inspect an image and store nothing."""

from dataclasses import dataclass

from pydantic import Base64Bytes, TypeAdapter

from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.inspection import Prediction, confidence_of
from chalicelib.core.spots import Box, spot_in_words
from chalicelib.models.ports import Models


@dataclass(frozen=True, slots=True)
class DetectRequest:
    """An image, and the version that shall inspect it. With a colour, `#RRGGBB`, a mask is wanted."""

    project: str
    version: str
    content: Base64Bytes
    mask_colour: str | None = None


@dataclass(frozen=True, slots=True)
class DetectedMask:
    """A PNG of the image's size: white, and in the wanted colour what is unusual; `area` is its share, 0 to 1."""

    picture: Base64Bytes
    area: float


@dataclass(frozen=True, slots=True)
class DetectedVerdict:
    """The verdict, how sure it is (0 to 1), and the most unusual spot, if there is one.

    `unfamiliar` says why the image is unlike anything in training; such an image is anomalous.
    """

    anomalous: bool
    confidence: float
    unfamiliar: str | None = None
    worst_box: Box | None = None
    spot: str | None = None
    mask: DetectedMask | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What the version says of an image, or why the image can never be inspected."""

    verdict: DetectedVerdict | None = None
    unprocessable: str = ""


DETECT_REQUEST: TypeAdapter[DetectRequest] = TypeAdapter(DetectRequest)
DETECTION: TypeAdapter[Detection] = TypeAdapter(Detection)


def detect(request: DetectRequest, *, models: Models) -> Detection:
    """Predict with this version. Raises `NoModel` and `ModelRefused`."""
    model = models.version(request.project, request.version)
    try:
        return Detection(_verdict_of(model.predict(request.content, request.mask_colour)))
    except UnprocessableImage as error:
        return Detection(unprocessable=str(error))


def _verdict_of(prediction: Prediction) -> DetectedVerdict:
    """An unfamiliar image is surely no image of a good part: anomalous, with the confidence 1."""
    strange, mask = prediction.unfamiliar is not None, prediction.mask
    return DetectedVerdict(
        anomalous=strange or prediction.anomalous,
        confidence=1.0 if strange else confidence_of(prediction.anomaly_probability),
        unfamiliar=prediction.unfamiliar,
        worst_box=prediction.boxes[0] if prediction.boxes else None,
        spot=spot_in_words(prediction.boxes, prediction.width, prediction.height, prediction.area_fraction),
        mask=None if mask is None else DetectedMask(mask.picture, mask.area),
    )
