"""Queues and the failure log in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class FakeFailureLog:
    """The latest error by message id."""

    errors: dict[str, str] = field(default_factory=dict)

    def record(self, message_id: str, error: str) -> None:
        self.errors[message_id] = error

    def find(self, message_id: str) -> str | None:
        return self.errors.get(message_id)


@dataclass
class FakeQueues:
    """Records deleted and delayed messages, by receipt."""

    deleted: list[str] = field(default_factory=list)
    delayed: dict[str, int] = field(default_factory=dict)

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        self.deleted.extend(receipts)

    def delay(self, queue: str, seconds: Mapping[str, int]) -> None:
        self.delayed.update(seconds)
