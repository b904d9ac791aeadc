"""Inspect an image with a hosted version. Nothing is stored."""

from dataclasses import dataclass

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest, TooLarge, UnprocessableImage
from chalicelib.core.image import LARGEST_SENT_WHOLE, content_type_of
from chalicelib.lookout.ports import Detector, Measured
from chalicelib.models.detect import DetectedVerdict, DetectRequest
from chalicelib.projects.detecting import hosted_model
from chalicelib.projects.domain import MaskClass
from chalicelib.projects.mask_class import UNNAMED
from chalicelib.projects.ports import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageToInspect:
    """An image, and the version that shall inspect it: a number, or `latest`."""

    project: str
    version: str
    content: bytes
    wants_mask: bool = False


@dataclass(frozen=True, slots=True)
class Detected:
    """A verdict, and what its mask shows, if it has one."""

    verdict: DetectedVerdict
    masks: MaskClass | None


def detect_anomalies(
    image: ImageToInspect, grant: Grant, *, registry: Registry, detector: Detector, measured: Measured
) -> Detected:
    """There is a mask if the version learned from images with masks, or if one is wanted.

    Raises `TooLarge`, `InvalidRequest`, `Forbidden`, `NoSuchResource`, `Conflict`, `UnprocessableImage`, `Throttled`.
    """
    _require_image(image.content)
    model = hosted_model(image.project, image.version, grant, registry=registry)
    masks = model.masks or (UNNAMED if image.wants_mask else None)
    colour = None if masks is None else masks.colour
    request = DetectRequest(model.project, str(model.version), image.content, colour)
    return Detected(measured(lambda: _verdict(request, detector), model), masks)


def _verdict(request: DetectRequest, detector: Detector) -> DetectedVerdict:
    detection = detector.detect(request)
    if detection.verdict is None:
        raise UnprocessableImage(detection.unprocessable)
    return detection.verdict


def _require_image(content: bytes) -> None:
    if len(content) > LARGEST_SENT_WHOLE:
        raise TooLarge(
            f"the image has {len(content)} bytes; DetectAnomalies takes at most {LARGEST_SENT_WHOLE}: "
            "for a larger one, get a presigned URL by POST /uploads, upload it, and read its inspection"
        )
    if content_type_of(content) is None:
        raise InvalidRequest(("Body", "is neither a JPEG nor a PNG image"))
