"""What uploads need of the outside: a signer of URLs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTerms:
    """What exactly may be put under a key: signed into the URL. None leaves that free."""

    key: str
    content_type: str
    size_bytes: int | None = None
    sha256: str | None = None
    metadata: Mapping[str, str] | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A URL to PUT to, with the headers to send verbatim."""

    bucket: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class UploadSigner(Protocol):
    """Allows one upload."""

    def sign(self, terms: UploadTerms) -> SignedUpload: ...
