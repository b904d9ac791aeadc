"""How an image is identified: ids, object keys and inspection ids."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from pydantic import TypeAdapter

ID_PATTERN = r"^(?!\.+$)[A-Za-z0-9._-]{1,64}$"
"""The form of every id: safe in a key, a path, a query and a file name, and never only dots."""

PREFIX = "images/"
LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_SENT_WHOLE = 4_500_000
"""Bytes of an image in the body of a request: as base64 it fits into an invocation of a function, which has 6 MB."""

CHECK_PROJECT = "linewatch-check"
"""The project of the known images of `linewatch check`. It alerts nobody."""

_KEY_FORM = f"{PREFIX}<project>/<line>/<camera>/<date>/<image id>"
_id = re.compile(ID_PATTERN)


def is_id(text: str) -> bool:
    """Whether `text` is a valid id."""
    return _id.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether `text` is a date in the form that keys use, `YYYY-MM-DD`."""
    return _day_of(text) is not None


@dataclass(frozen=True, slots=True)
class ImageName:
    """The parts of an image's key: project, line, camera, day of capture (UTC) and image id."""

    project: str
    line: str
    camera: str
    captured_on: date
    image_id: str

    @property
    def key(self) -> str:
        """The object key, `images/<project>/<line>/<camera>/<date>/<image id>`."""
        return f"{PREFIX}{self.project}/{self.line}/{self.camera}/{self.captured_on.isoformat()}/{self.image_id}"

    @classmethod
    def from_key(cls, key: str) -> "ImageName":
        """Parse an object key; ValueError shows the expected form."""
        parts = key.removeprefix(PREFIX).split("/")
        day = _day_of(parts[3]) if len(parts) == 5 else None
        if day is None or not key.startswith(PREFIX) or not all(map(is_id, parts)):
            raise ValueError(f"the key {key!r} does not name an image: {_KEY_FORM}")
        project, line, camera, _, image_id = parts
        return cls(project, line, camera, day, image_id)


def _day_of(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def image_id_of(camera: str, content_sha256: str) -> str:
    """The image id when the camera sends none: the same camera and content always give the same id."""
    return sha256(f"{camera}\n{content_sha256}".encode()).hexdigest()[:32]


def inspection_id_of(bucket: str, key: str, etag: str) -> str:
    """The inspection id of one stored content: the first 32 hex digits of SHA-256 over `bucket/key`, newline, ETag.

    `etag` has no quotes. With SSE-S3 the ETag identifies the content, so a notification that is delivered twice, or a
    camera that sends the same bytes again, gives the same inspection.
    """
    return sha256(f"{bucket}/{key}\n{etag}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """An object that arrived in the bucket, with the values of its notification."""

    bucket: str
    key: str
    etag: str
    size_bytes: int
    uploaded_at: datetime

    @property
    def inspection_id(self) -> str:
        """The id of this image's inspection."""
        return inspection_id_of(self.bucket, self.key, self.etag)

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """The project, line, camera and image id of the key; each is `unknown` when the key does not name an image."""
        try:
            name = ImageName.from_key(self.key)
        except ValueError:
            return ("unknown",) * 4
        return name.project, name.line, name.camera, name.image_id


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A stored image that somebody waits for. `existed` says that its key had an object before, maybe another one."""

    image: UploadedImage
    existed: bool


AT_ONCE: TypeAdapter[AtOnce] = TypeAdapter(AtOnce)


def content_type_of(content: bytes) -> Literal["image/jpeg", "image/png"] | None:
    """`image/jpeg` or `image/png`, by the first bytes of the content; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if content.startswith(b"\x89PNG\r\n\x1a\n") else None
