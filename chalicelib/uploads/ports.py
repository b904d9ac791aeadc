"""What uploads need from outside: a signer of URLs, the bucket, and who inspects an image at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.image import AtOnce


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTerms:
    """What exactly may be uploaded under a key. The URL signs these values; None means any value.

    With `once`, an upload to an existing key is refused.
    """

    key: str
    content_type: str
    size_bytes: int | None = None
    sha256: str | None = None
    metadata: Mapping[str, str] | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A URL for a PUT request, which must send exactly these headers."""

    bucket: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class UploadSigner(Protocol):
    """Signs the URL of one upload."""

    def sign(self, terms: UploadTerms) -> SignedUpload: ...


class ImageWriter(Protocol):
    """Stores images."""

    @property
    def bucket(self) -> str: ...

    def put(self, terms: UploadTerms, content: bytes) -> bool:
        """Store the content under these terms. False when the key has an object already, which stays."""
        ...


class Inspector(Protocol):
    """Inspects a stored image while somebody waits."""

    def inspect(self, request: AtOnce) -> str:
        """The inspection as JSON. `NotInspectedYet` when there is no verdict in time; `ImageIdTaken`."""
        ...
