"""What the drift watch needs from outside."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.events import DriftFound
from chalicelib.drift.domain import Hours, Watched


class DayHours(Protocol):
    """The hours of days, kept so that no day of the lake is read twice."""

    def find(self, day: date) -> tuple[datetime, Hours] | None:
        """The hours of a day of UTC, and as of when the lake was read for them."""
        ...

    def write(self, day: date, as_of: datetime, hours: Hours) -> None:
        """Keep the hours of a day."""
        ...


class WatchedStage(Protocol):
    """What the watch remembers of a stage."""

    def read(self) -> Watched:
        """What it remembers; nothing at first."""
        ...

    def write(self, watched: Watched) -> None:
        """Remember this instead."""
        ...


class DriftBus(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[DriftFound]) -> object:
        """Publish the events. Raises `PublishFailed`."""
        ...
