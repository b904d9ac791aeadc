"""Keys in memory, and seals that hide nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.access.domain import AccessKey
from chalicelib.access.ports import CannotUnseal
from chalicelib.core.errors import NotFound


@dataclass
class FakeAccessKeys:
    """Keys by id."""

    keys: dict[str, AccessKey] = field(default_factory=dict)

    def add(self, key: AccessKey) -> None:
        if key.grant.key_id in self.keys:
            raise RuntimeError("a key never replaces another")
        self.keys[key.grant.key_id] = key

    def find(self, key_id: str) -> AccessKey | None:
        return self.keys.get(key_id)

    def all(self) -> Iterator[AccessKey]:
        yield from self.keys.values()

    def revoke(self, key_id: str, at: datetime) -> None:
        if key_id not in self.keys:
            raise NotFound(f"there is no key {key_id}")
        key = self.keys[key_id]
        self.keys[key_id] = replace(key, revoked_at=key.revoked_at or at)


class FakeSealer:
    """Writes the key id before the secret."""

    def seal(self, key_id: str, secret: str) -> bytes:
        return f"{key_id}:{secret}".encode()

    def unseal(self, key_id: str, sealed: bytes) -> str:
        sealed_for, _, secret = sealed.decode().partition(":")
        if sealed_for != key_id:
            raise CannotUnseal(key_id)
        return secret
