"""What the drift watch keeps, and its bus, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.core.events import DriftFound
from chalicelib.drift.domain import Hours, Watched


@dataclass
class FakeDayHours:
    """The hours of days. `writes` counts how often a day was read from the lake."""

    days: dict[date, tuple[datetime, Hours]] = field(default_factory=dict)
    writes: int = 0

    def find(self, day: date) -> tuple[datetime, Hours] | None:
        return self.days.get(day)

    def write(self, day: date, as_of: datetime, hours: Hours) -> None:
        self.writes += 1
        self.days[day] = as_of, hours


@dataclass
class FakeWatchedStage:
    """What the watch remembers. `broken` says that it cannot be written."""

    watched: Watched = field(default_factory=Watched)
    broken: bool = False

    def read(self) -> Watched:
        return self.watched

    def write(self, watched: Watched) -> None:
        if self.broken:
            raise OSError("nothing can be written")
        self.watched = watched


@dataclass
class FakeDriftBus:
    """Keeps the events."""

    events: list[DriftFound] = field(default_factory=list)

    def publish(self, events: Sequence[DriftFound]) -> None:
        self.events += events
