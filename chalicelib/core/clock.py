"""The clock, which tests can replace."""

from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], datetime]
"""Returns the time now, in UTC."""


def utc_now() -> datetime:
    """The real time; use this clock in production."""
    return datetime.now(UTC)
