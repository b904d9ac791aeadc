"""Keys in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.access.domain import AccessKey
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
