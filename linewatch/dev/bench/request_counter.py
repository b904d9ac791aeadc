"""Count the requests of a handler to AWS, retries included, by an event of botocore."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from boto3.session import Session


class RequestCounter:
    """Requests by (handler, operation), for example `s3.GetObject`. Counts only during `watching`."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.invocations: Counter[str] = Counter()
        self._lock = Lock()
        self._handler: str | None = None

    @contextmanager
    def watching(self, handler: str) -> Iterator[None]:
        """Count the requests in the block as one invocation of a handler."""
        self.invocations[handler] += 1
        self._handler = handler
        try:
            yield
        finally:
            self._handler = None

    def listen(self, session: Session) -> None:
        """Count the requests of clients that this session creates from now on."""
        events: Any = session.events
        events.register("before-send", self._before_send)

    def reset(self) -> None:
        """Start again from zero."""
        self.requests, self.invocations = Counter(), Counter()

    def _before_send(self, event_name: str, **_: object) -> None:
        """Called by botocore for each attempt, in the thread that makes it."""
        if self._handler is not None:
            with self._lock:
                self.requests[self._handler, event_name.removeprefix("before-send.")] += 1
