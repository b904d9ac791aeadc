"""What access needs from outside: a store of keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from chalicelib.access.domain import AccessKey
from chalicelib.core.unreadable import Unreadable


class AccessKeys(Protocol):
    """The store of keys."""

    def add(self, key: AccessKey) -> None:
        """Store a new key; it never replaces one."""
        ...

    def find(self, key_id: str) -> AccessKey | None: ...
    def all(self) -> Iterator[AccessKey | Unreadable]: ...
    def revoke(self, key_id: str, at: datetime) -> None:
        """`NotFound` when there is no such key."""
        ...
