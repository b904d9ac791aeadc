"""The clock, which tests can replace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

type Clock = Callable[[], datetime]
"""Returns the time now, in UTC."""

MOST_AHEAD = timedelta(minutes=5)
"""How far ahead of ours a camera's clock may be."""


def utc_now() -> datetime:
    """The real time; use this clock in production."""
    return datetime.now(UTC)
