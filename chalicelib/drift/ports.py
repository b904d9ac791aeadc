"""What the drift watch needs from outside."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.events import DriftFound
from chalicelib.drift.domain import Hours, Watched

type KeptDays = Mapping[date, tuple[datetime, Hours]]
"""The hours of days of UTC, each with the time as of which the lake was read for them."""


class DayHours(Protocol):
    """The hours of the window's days, kept so that no day of the lake is read each night."""

    def read(self) -> KeptDays:
        """All that is kept."""
        ...

    def write(self, days: KeptDays) -> None:
        """Keep these days instead."""
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
