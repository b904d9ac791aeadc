"""From an uploaded image to its stored verdict."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from chalicelib.core.capture import Capture
from chalicelib.core.clock import Clock
from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.image import LARGEST_BYTES, AtOnce, ImageName, UploadedImage, content_type_of
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.core.validation import Id, Moment
from chalicelib.core.values import LONGEST_NAME, storable
from chalicelib.inspections.ports import Commit, Images, Inspections, StoredImage
from chalicelib.models.ports import LiveModels

_ID: TypeAdapter[str | None] = TypeAdapter(Id)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def inspect_image(
    image: UploadedImage, *, images: Images, models: LiveModels, inspections: Inspections, clock: Clock
) -> Commit:
    """Inspect one image and commit its inspection.

    The commit is the only side effect, so this can stop at any point and run again. An image that can never be
    inspected is committed as `rejected`. Any other error is raised, and the image is delivered again.
    """
    capture = Capture.of(image)
    queue_ms = (clock() - image.uploaded_at).total_seconds() * 1000
    try:
        refuse_unreadable(image)
        stored = images.read(image)
        capture = _with_metadata(capture, stored)
        _refuse_other_type(stored)
        prediction = models.live(capture.project).predict(stored.content)
        inspection = Inspection.inspected(capture, prediction, queue_ms=queue_ms, at=clock())
    except UnprocessableImage as error:
        inspection = Inspection.unprocessable(capture, str(error), queue_ms=queue_ms, at=clock())
    return inspections.commit(inspection)


def inspect_at_once(
    request: AtOnce, *, images: Images, inspections: Inspections, inspect: Callable[[UploadedImage], Commit]
) -> Commit:
    """Inspect an image that was stored just now; its inspection is the stored one, also when the queue was faster.

    `ObjectGone` when the key existed and holds another content. That content keeps its own inspection; here nothing is
    committed, because nothing was stored.
    """
    if request.existed:
        images.read(request.image)
    commit = inspect(request.image)
    if commit.stored:
        return commit
    return Commit(inspections.find(request.image.inspection_id, LIVE) or commit.inspection, stored=False)


def refuse_unreadable(image: UploadedImage) -> None:
    """Raise `UnprocessableImage` for an object that need not be read, or may be larger than the memory."""
    try:
        ImageName.from_key(image.key)
    except ValueError as error:
        raise UnprocessableImage(str(error)) from error
    refuse_size(image.size_bytes)


def refuse_size(size_bytes: int) -> None:
    """Raise `UnprocessableImage` for an object that is empty, or may be larger than the memory."""
    if size_bytes == 0:
        raise UnprocessableImage("the object is empty")
    if size_bytes > LARGEST_BYTES:
        raise UnprocessableImage(f"the object has {size_bytes} bytes; the maximum is {LARGEST_BYTES} bytes")


def _with_metadata(capture: Capture, stored: StoredImage) -> Capture:
    """Add the metadata that the camera signed. A legacy upload has none: its upload time is used as captured_at.

    Only an object that was put past the API can have other metadata; then the image is unprocessable.
    """
    metadata = stored.metadata
    return replace(
        capture,
        content_type=None if stored.content_type is None else storable(stored.content_type, LONGEST_NAME),
        correlation_id=_valid(_ID, metadata, "correlation-id", capture.correlation_id) or capture.correlation_id,
        facility=_valid(_ID, metadata, "facility", None),
        captured_at=_valid(_MOMENT, metadata, "captured-at", capture.captured_at),
    )


def _valid[T](form: TypeAdapter[T], metadata: Mapping[str, str], name: str, default: T) -> T:
    if name not in metadata:
        return default
    try:
        return form.validate_python(metadata[name])
    except ValidationError as error:
        raise UnprocessableImage(f"the {name} metadata {metadata[name]!r} {error.errors()[0]['msg']}") from error


def _refuse_other_type(stored: StoredImage) -> None:
    actual = content_type_of(stored.content)
    if actual is None:
        raise UnprocessableImage("the object is neither a JPEG nor a PNG image")
    if stored.content_type != actual:
        raise UnprocessableImage(f"the object was uploaded as {stored.content_type} but is {actual}")
