"""The time, as something that tests can replace."""

from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], datetime]
"""Now, in UTC."""


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)
