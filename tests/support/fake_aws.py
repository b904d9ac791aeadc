"""Queues and the failure log in memory, and a platform with both; functions that answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from chalicelib.aws.platform import Platform
from chalicelib.aws.settings import Settings


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


def a_platform(*, partial_batches: bool = True) -> Any:
    """A platform whose `queues` and `failure_log` are in memory."""
    settings = Settings("test", "123456789012", "eu-west-1", traced=False, partial_batches=partial_batches)
    platform: Any = Platform(settings)
    platform.queues, platform.failure_log = FakeQueues(), FakeFailureLog()
    return platform


class FakeFunctions:
    """Answers each invocation with `payload`, or raises `fault`; `lost` is raised while the answer is read."""

    def __init__(
        self,
        payload: object = None,
        *,
        failed: bool = False,
        fault: Exception | None = None,
        lost: Exception | None = None,
    ) -> None:
        self._payload, self._failed, self._fault, self._lost = payload, failed, fault, lost
        self.invoked: list[dict[str, Any]] = []

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.invoked.append(asked)
        if self._fault is not None:
            raise self._fault
        failed = {"FunctionError": "Unhandled"} if self._failed else {}
        return {"Payload": _Body(json.dumps(self._payload).encode(), self._lost), **failed}


class _Body(BytesIO):
    def __init__(self, content: bytes, lost: Exception | None) -> None:
        super().__init__(content)
        self._lost = lost

    def read(self, size: int | None = -1) -> bytes:
        if self._lost is not None:
            raise self._lost
        return super().read(size)
