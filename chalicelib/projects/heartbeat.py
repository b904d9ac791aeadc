"""Keep the lease of a version while its worker computes."""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from chalicelib.aws.observability import log_failure
from chalicelib.projects.errors import LeaseLost, TooLarge

EVERY = 30.0
"""Seconds. A lease lasts for four of them, so one that cannot be renewed is tried again."""
LEAST_LEFT = 45.0
"""Seconds that a worker needs to store what it made."""


class Heartbeat:
    """Renews the lease from a thread of its own; the worker says how far it is and learns whether it must stop."""

    def __init__(self, renew: Callable[[float], bool], seconds_left: Callable[[], float], every: float = EVERY) -> None:
        self._renew = renew
        self._seconds_left = seconds_left
        self._every = every
        self._done = 0.0
        self._lost = False
        self._ended = Event()
        self._thread = Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def progress(self, done: float) -> None:
        """The worker has done this share. Raises `LeaseLost`, or `TooLarge` when time runs out."""
        self._done = done
        if self._lost:
            raise LeaseLost("the version is not in training by this worker any more")
        if self._seconds_left() < LEAST_LEFT:
            raise TooLarge(f"it was at {done:.0%} when its 15 minutes ended")

    def beat(self) -> None:
        """Renew the lease now. Raises `LeaseLost`."""
        self._lost = not self._renew(self._done)
        self.progress(self._done)

    def _beat(self) -> None:
        while not self._lost and not self._ended.wait(self._every):
            try:
                self._lost = not self._renew(self._done)
            except Exception as error:  # noqa: BLE001 - the next beat tries again; without any, the lease ends
                log_failure("a lease could not be renewed", error)
