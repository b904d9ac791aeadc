"""What uploads need from outside: a signer of URLs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
