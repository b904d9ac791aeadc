"""From an uploaded image to its stored verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.image import LARGEST_BYTES, ImageName, UploadedImage, content_type_of
from chalicelib.domain.inspection import Inspection, Verdict, confidence_of
from chalicelib.errors import ImageRejected
from chalicelib.ports import Clock, Finding, Images, Inspections, Models, StoredImage


def inspect_image(
    image: UploadedImage, *, images: Images, models: Models, inspections: Inspections, clock: Clock
) -> tuple[Inspection, bool]:
    """Judge one image and commit its inspection; the flag is False when it had a verdict already.

    Its one side effect is the commit, so that it may die anywhere and be run again. An image that can never be
    inspected is committed as `rejected`; whatever else goes wrong is raised, for the image to be delivered again.
    """
    known = told_by_notification(image) | {"queue_ms": (clock() - image.uploaded_at).total_seconds() * 1000}
    try:
        _refuse_unreadable(image)
        stored = images.read(image)
        known |= _told_by_camera(image, stored)
        _refuse_other_type(stored)
        known |= _seen(models.live(known["project"]).inspect(stored.content))
    except ImageRejected as why:
        known |= {"verdict": Verdict.REJECTED, "reason": str(why)}
    inspection = Inspection(**known, revision=1, inspected_at=clock())
    return inspection, inspections.commit(inspection)


def told_by_notification(image: UploadedImage) -> dict[str, Any]:
    """What is known before the object is read. A key that names no image leaves its parts `unknown`."""
    return image.parts | {
        "inspection_id": image.inspection_id,
        "bucket": image.bucket,
        "key": image.key,
        "etag": image.etag,
        "size_bytes": image.size_bytes,
        "uploaded_at": image.uploaded_at,
        "captured_at": image.uploaded_at,
        "correlation_id": image.inspection_id,
    }


def _refuse_unreadable(image: UploadedImage) -> None:
    try:
        ImageName.from_key(image.key)
    except ValueError as error:
        raise ImageRejected(str(error)) from error
    if image.size_bytes == 0:
        raise ImageRejected("the object is empty")
    if image.size_bytes > LARGEST_BYTES:
        raise ImageRejected(f"the object has {image.size_bytes} bytes; an image may have {LARGEST_BYTES}")


def _told_by_camera(image: UploadedImage, stored: StoredImage) -> dict[str, Any]:
    """The signed metadata; an upload by the legacy route has none and was captured when it was uploaded."""
    told: Mapping[str, str] = stored.metadata
    return {
        "content_type": stored.content_type,
        "captured_at": _time_of(told["captured-at"]) if "captured-at" in told else image.uploaded_at,
        "correlation_id": told.get("correlation-id", image.inspection_id),
        "facility": told.get("facility"),
    }


def _time_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise ImageRejected(f"its captured-at metadata {text!r} is not an ISO 8601 time") from error


def _refuse_other_type(stored: StoredImage) -> None:
    actual = content_type_of(stored.content)
    if actual is None:
        raise ImageRejected("the object is neither a JPEG nor a PNG image")
    if stored.content_type != actual:
        raise ImageRejected(f"the object was uploaded as {stored.content_type} but is {actual}")


def _seen(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": Verdict.ANOMALOUS if finding.anomalous else Verdict.NORMAL,
        "anomaly_probability": finding.anomaly_probability,
        "confidence": confidence_of(finding.anomaly_probability),
        "anomaly_score": finding.anomaly_score,
        "model_version": finding.model_version,
        "width": finding.width,
        "height": finding.height,
        "inspection_ms": finding.milliseconds,
    }
