"""Look each night for cameras that changed, and say so once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chalicelib.core.clock import Clock
from chalicelib.core.events import DriftFound
from chalicelib.drift.domain import WINDOW, Camera, Drift, HourLevel, Hours, Watched, end_of, utc_days
from chalicelib.drift.find import find_drifts
from chalicelib.drift.hours import hours_of, with_examples
from chalicelib.drift.ports import DayHours, DriftBus, KeptDays, WatchedStage
from chalicelib.lake.ports import LakeDays
from chalicelib.shifts.domain import Zone

AFTER_MIDNIGHT = timedelta(hours=5)
"""How long the watch waits for the images of a day, as the daily report does."""
MOST_NIGHTS = 7
"""That are made up for if the watch did not run."""
DAYS_WATCHED = 7
"""So many days long, images that come later change the hours of a day."""
MARGIN = timedelta(minutes=2)
"""By which the clocks of S3 and of workers may differ."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the watch needs. It is made for one run, which asks the lake once whether a day has new images."""

    zone: str
    lake: LakeDays
    days: DayHours
    stage: WatchedStage
    clock: Clock
    _checked: set[date] = field(default_factory=set)

    def nights(self, until: date | None) -> list[date]:
        """The days that have ended and were not looked at, at first only the last one."""
        last = Zone(self.zone).local(self.clock() - AFTER_MIDNIGHT).date() - timedelta(days=1)
        first = last if until is None else max(until + timedelta(days=1), last - timedelta(days=MOST_NIGHTS - 1))
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]

    def look(self, night: date, watched: Watched) -> list[Drift]:
        """What is found at the end of a day, with examples."""
        drifts = find_drifts(self.hours(night), night, self.zone, watched.drifts)
        return with_examples(drifts, end_of(night, self.zone), self.lake) if drifts else []

    def hours(self, night: date) -> Hours:
        """The hours of the window that ends with this day. What had to be read from the lake is kept."""
        days = utc_days(night, self.zone)
        kept = {day: known for day, known in self.days.read().items() if day in days}
        for day in days:
            if self._is_due(day, kept, recent=day in days[-DAYS_WATCHED:] and day not in self._checked):
                kept[day] = self.clock(), hours_of(day, self.lake)
                self.days.write(kept)
            self._checked.add(day)
        window: dict[Camera, dict[int, HourLevel]] = {}
        for _, hours in kept.values():
            for camera, levels in hours.items():
                window.setdefault(camera, {}).update(levels)
        return window

    def _is_due(self, day: date, kept: KeptDays, *, recent: bool) -> bool:
        if day not in kept:
            return True
        written = self.lake.written_at(day) if recent else None
        return written is not None and written > kept[day][0] - MARGIN


def watch_nights(watch: Watch, bus: DriftBus) -> Iterator[Drift]:
    """Look at each night that is due, and publish a `DriftFound` for each camera that changed.

    This can stop at any point and run again: a night is remembered after its events are published, and the same drift
    always has the same event.
    """
    watched = watch.stage.read()
    for night in watch.nights(watched.until):
        found = watch.look(night, watched)
        if found:
            bus.publish([event_of(drift, watch.clock()) for drift in found])
        watched = watched.with_night(night, found)
        watch.stage.write(watched)
        yield from found


def look_back(watch: Watch, days: int) -> list[Drift]:
    """What is remembered, and what each of the last nights would find beside it; nothing is published or remembered."""
    watched = watch.stage.read()
    [last] = watch.nights(None)
    for ago in range(min(days, WINDOW) - 1, -1, -1):
        night = last - timedelta(days=ago)
        if watched.until is None or night > watched.until:
            watched = watched.with_night(night, watch.look(night, watched))
    return [drift for drift in watched.drifts if drift.found_on > last - timedelta(days=days)]


def event_of(drift: Drift, at: datetime) -> DriftFound:
    """The event of a drift."""
    return DriftFound.of(
        drift.project,
        drift.line,
        drift.camera,
        found_on=drift.found_on.isoformat(),
        kind=drift.kind.value,
        since=drift.since,
        statistic=drift.statistic,
        before=drift.before,
        after=drift.after,
        examples=tuple(example.inspection_id for example in drift.examples),
        at=at,
    )
