"""Example values for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Verdict

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


JPEG = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class FakeClock:
    """A clock that changes only by `pass_by`."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def an_upload(key: str = "images/plates/line-1/cam-1/2026-03-14/a", **changes: object) -> UploadedImage:
    """An announced object."""
    values = {"bucket": "bucket", "key": key, "etag": "e1", "size_bytes": 100, "uploaded_at": NOON} | changes
    return UploadedImage(**values)  # type: ignore[arg-type]


def an_inspection(image_id: str = "a", **changes: object) -> Inspection:
    """A stored inspection of a normal part."""
    image = an_upload(f"images/plates/line-1/cam-1/2026-03-14/{image_id}")
    values: dict[str, object] = {
        "inspection_id": image.inspection_id,
        "revision": 1,
        "project": "plates",
        "line": "line-1",
        "camera": "cam-1",
        "image_id": image_id,
        "bucket": image.bucket,
        "key": image.key,
        "etag": image.etag,
        "size_bytes": 100,
        "content_type": "image/jpeg",
        "width": 64,
        "height": 48,
        "captured_at": NOON,
        "uploaded_at": NOON,
        "inspected_at": NOON + timedelta(seconds=1),
        "verdict": Verdict.NORMAL,
        "anomaly_probability": 0.125,
        "confidence": 0.75,
        "anomaly_score": -1.5,
        "model_version": "1",
        "queue_ms": 980.0,
        "inspection_ms": 20.0,
        "correlation_id": "c1",
    }
    return Inspection(**(values | changes))  # type: ignore[arg-type]
