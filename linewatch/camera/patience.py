"""Trying again: what may pass by itself is asked again later, each time after a longer, random wait."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


class Passing(Exception):
    """A failure that may pass: a time-out, a lost connection, a service that is busy or ill."""

    def __init__(self, cause: str, after_seconds: float = 0.0) -> None:
        super().__init__(cause)
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long: random waits of up to `base`, 2 x base, 4 x base … seconds, never over `longest`.

    The wait is random so that a hundred cameras which lost the same service do not return to it in step.
    """

    attempts: int = 8
    base: float = 0.5
    longest: float = 20.0
    sleep: Callable[[float], object] = time.sleep
    random: Callable[[float, float], float] = random.uniform

    def persist[T](self, attempt: Callable[[], T], tried: int = 1) -> T:
        """What `attempt` answers; its last `Passing` when all attempts failed."""
        try:
            return attempt()
        except Passing as failure:
            if tried == self.attempts:
                raise
            wait = self.random(0, min(self.longest, self.base * 2 ** (tried - 1)))
            self.sleep(max(wait, failure.after_seconds))
        return self.persist(attempt, tried + 1)
