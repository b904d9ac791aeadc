"""What is known of an image before its inspection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chalicelib.core.image import UploadedImage


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One image before its inspection, as its notification and its camera describe it. Times are UTC."""

    inspection_id: str
    project: str
    line: str
    camera: str
    facility: str | None = None
    image_id: str
    bucket: str
    key: str
    etag: str
    size_bytes: int
    content_type: str | None = None
    captured_at: datetime
    uploaded_at: datetime
    correlation_id: str

    @classmethod
    def of(cls, image: UploadedImage) -> Self:
        """What is known before the object is read. If the key does not name an image, its parts are `unknown`."""
        project, line, camera, image_id = image.parts
        return cls(
            inspection_id=image.inspection_id,
            project=project,
            line=line,
            camera=camera,
            image_id=image_id,
            bucket=image.bucket,
            key=image.key,
            etag=image.etag,
            size_bytes=image.size_bytes,
            captured_at=image.uploaded_at,
            uploaded_at=image.uploaded_at,
            correlation_id=image.inspection_id,
        )
