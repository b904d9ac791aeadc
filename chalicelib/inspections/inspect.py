"""From an uploaded image to its stored verdict."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.core.clock import Clock
from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.image import LARGEST_BYTES, ImageName, UploadedImage, content_type_of
from chalicelib.core.inspection import Capture, Inspection
from chalicelib.inspections.ports import Commit, Images, Inspections, StoredImage
from chalicelib.models.ports import Models


def inspect_image(
    image: UploadedImage, *, images: Images, models: Models, inspections: Inspections, clock: Clock
) -> Commit:
    """Inspect one image and commit its inspection.

    The commit is the only side effect, so this can stop at any point and run again. An image that can never be
    inspected is committed as `rejected`. Any other error is raised, and the image is delivered again.
    """
    capture = Capture.of(image)
    queue_ms = (clock() - image.uploaded_at).total_seconds() * 1000
    try:
        _refuse_unreadable(image)
        stored = images.read(image)
        capture = _with_metadata(capture, stored)
        _refuse_other_type(stored)
        prediction = models.live(capture.project).predict(stored.content)
        inspection = Inspection.inspected(capture, prediction, queue_ms=queue_ms, at=clock())
    except UnprocessableImage as error:
        inspection = Inspection.unprocessable(capture, str(error), queue_ms=queue_ms, at=clock())
    return inspections.commit(inspection)


def _refuse_unreadable(image: UploadedImage) -> None:
    try:
        ImageName.from_key(image.key)
    except ValueError as error:
        raise UnprocessableImage(str(error)) from error
    if image.size_bytes == 0:
        raise UnprocessableImage("the object is empty")
    if image.size_bytes > LARGEST_BYTES:
        raise UnprocessableImage(f"the object has {image.size_bytes} bytes; the maximum is {LARGEST_BYTES} bytes")


def _with_metadata(capture: Capture, stored: StoredImage) -> Capture:
    """Add the metadata that the camera signed. A legacy upload has none: its upload time is used as captured_at."""
    metadata: Mapping[str, str] = stored.metadata
    described = replace(
        capture,
        content_type=stored.content_type,
        correlation_id=metadata.get("correlation-id", capture.correlation_id),
        facility=metadata.get("facility"),
    )
    if "captured-at" not in metadata:
        return described
    return replace(described, captured_at=_time_of(metadata["captured-at"]))


def _time_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise UnprocessableImage(f"the captured-at metadata {text!r} is not an ISO 8601 time") from error


def _refuse_other_type(stored: StoredImage) -> None:
    actual = content_type_of(stored.content)
    if actual is None:
        raise UnprocessableImage("the object is neither a JPEG nor a PNG image")
    if stored.content_type != actual:
        raise UnprocessableImage(f"the object was uploaded as {stored.content_type} but is {actual}")
