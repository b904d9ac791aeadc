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


def moment_of(text: str) -> datetime:
    """The moment that a stored text names, in ISO 8601. Raises `ValueError`, also if it lacks its offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return moment
