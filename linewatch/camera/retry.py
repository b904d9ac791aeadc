"""Retry temporary failures, after random waits that become longer."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Event

import stamina
from stamina.instrumentation import set_on_retry_hooks

LONGEST_RETRY_AFTER = 60.0
"""Seconds. A longer Retry-After is probably a mistake, so it counts as this one."""

set_on_retry_hooks([])  # its log would overwrite the progress bars


class TemporaryError(Exception):
    """A failure that another attempt may solve: a time-out, a lost connection, a busy service, an answer of a proxy."""

    def __init__(self, reason: str, after_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The number of attempts, and the waits: random, up to `base`, 2 x base, 4 x base … seconds, at most `longest`.

    The service may ask for a longer wait. Waits are random so that a hundred cameras do not return at the same moment
    after the service was down. Setting `stopping` ends every wait and all retries.
    """

    attempts: int = 8
    base: float = 0.5
    longest: float = 20.0
    stopping: Event = field(default_factory=Event)
    random: Callable[[float, float], float] = random.uniform

    def call[T](self, action: Callable[[], T]) -> T:
        """Return what `action` returns. Raises its last `TemporaryError` when all attempts failed."""
        asked = 0.0

        def is_temporary(error: Exception) -> bool:
            nonlocal asked
            asked = error.after_seconds if isinstance(error, TemporaryError) else 0.0
            return isinstance(error, TemporaryError) and not self.stopping.is_set()

        # No waits of the library, because `stopping` cannot end them.
        for attempt in stamina.retry_context(
            is_temporary, attempts=self.attempts, timeout=None, wait_initial=0, wait_max=0, wait_jitter=0
        ):
            if attempt.num > 1:
                self._pause(attempt.num - 1, asked)
            with attempt:
                return action()
        raise AssertionError("the library returns or raises within its loop")

    def _pause(self, failures: int, asked: float) -> None:
        wait = self.random(0, min(self.longest, self.base * 2 ** (failures - 1)))
        self.stopping.wait(max(wait, asked))


def retry_after(headers: Mapping[str, str]) -> float:
    """The wait in seconds that the header Retry-After asks for (RFC 9110, 10.2.3), from 0 to `LONGEST_RETRY_AFTER`.

    A date is compared with the answer's Date header, because the clock of this machine may differ. Returns 0 when the
    header cannot be read.
    """
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,15}", asked):
        return min(float(asked), LONGEST_RETRY_AFTER)
    until, now = _date(asked), _date(headers.get("Date", ""))
    if until is None or now is None:
        return 0.0
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else None
