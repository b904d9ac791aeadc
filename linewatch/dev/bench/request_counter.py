"""Every request that a handler makes to AWS, counted by botocore's own event, retries included."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from boto3.session import Session


class RequestCounter:
    """Requests by (handler, operation), such as `s3.GetObject`; only those made while a handler is watched."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.invocations: Counter[str] = Counter()
        self._lock = Lock()
        self._handler: str | None = None

    @contextmanager
    def watching(self, handler: str) -> Iterator[None]:
        """One invocation of a handler."""
        self.invocations[handler] += 1
        self._handler = handler
        try:
            yield
        finally:
            self._handler = None

    def listen(self, session: Session) -> None:
        """Count what clients of this session do that are made from now on."""
        events: Any = session.events
        events.register("before-send", self._before_send)

    def forget(self) -> None:
        """Begin anew."""
        self.requests, self.invocations = Counter(), Counter()

    def _before_send(self, event_name: str, **_: object) -> None:
        """Called by botocore for each attempt, in the thread that makes it."""
        if self._handler is not None:
            with self._lock:
                self.requests[self._handler, event_name.removeprefix("before-send.")] += 1
