"""What the drift watch keeps, and its bus, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.core.events import DriftFound
from chalicelib.drift.domain import Watched
from chalicelib.drift.ports import KeptDays


@dataclass
class FakeDayHours:
    """The hours of days. `writes` counts how often a day was read from the lake."""

    days: KeptDays = field(default_factory=dict)
    writes: int = 0

    def read(self) -> KeptDays:
        return self.days

    def write(self, days: KeptDays) -> None:
        self.writes += 1
        self.days = dict(days)


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
