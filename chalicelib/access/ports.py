"""What access needs from outside: stores of keys and sessions, and who seals the secrets of keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from chalicelib.access.domain import AccessKey
from chalicelib.access.people import Session
from chalicelib.core.errors import LinewatchError
from chalicelib.core.unreadable import Unreadable


class CannotUnseal(LinewatchError):
    """The sealed secret was made for another key, by another stage, or is damaged."""


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


class Sessions(Protocol):
    """The store of sessions, and of the links that begin them."""

    def add(self, session: Session) -> None: ...
    def find(self, session_id: str) -> Session | None:
        """None when it has ended, also for an id that is none of a session."""
        ...

    def begin(self, link_id: str, session: Session, at: datetime) -> None:
        """Use up the link and store the session: both, or neither and `LinkUsed`."""
        ...

    def end(self, session_id: str) -> None: ...
    def end_all(self, owner: str) -> int:
        """How many there were."""
        ...


class Sealer(Protocol):
    """Encrypts the secrets of keys, so that signatures can be checked and a copy of the table is worth nothing."""

    def seal(self, key_id: str, secret: str) -> bytes: ...
    def unseal(self, key_id: str, sealed: bytes) -> str:
        """The secret that was sealed for this key id; `CannotUnseal` for anything else."""
        ...
