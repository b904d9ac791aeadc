"""Links to stored objects, which a browser can open for a while without a key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """A presigned URL and when it ends."""

    url: str
    expires_at: datetime


class Links(Protocol):
    """Makes links."""

    def to(self, bucket: str, key: str) -> Link:
        """A link to an object, whether or not it exists."""
        ...
