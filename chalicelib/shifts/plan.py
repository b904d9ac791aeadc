"""What a calendar means around an instant: its shifts, and the stretches of time in which the model runs for them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

from chalicelib.shifts.domain import LONGEST_EVENT, Calendar, Shift
from chalicelib.shifts.recurrence import occurrences

PAST, FUTURE = timedelta(days=8), timedelta(days=36)
LONGEST_PAUSE = timedelta(hours=1)
"""Through a pause between two shifts that is not longer the model runs on."""


@dataclass(frozen=True)
class Plan:
    """The shifts that are at any time from `since` until `until`, in order, and the closures, which removed some."""

    since: datetime
    until: datetime
    shifts: tuple[Shift, ...]
    closures: tuple[Shift, ...] = ()

    @cached_property
    def stretches(self) -> tuple[Shift, ...]:
        """The shifts joined to the stretches in which the model is needed."""
        return tuple(joined(self.shifts, LONGEST_PAUSE))

    @cached_property
    def _working(self) -> tuple[Shift, ...]:
        return tuple(joined(self.shifts, timedelta()))

    @cached_property
    def _starts(self) -> list[datetime]:
        return [each.start for each in self.shifts]

    @cached_property
    def _ends(self) -> list[datetime]:
        return sorted(each.end for each in self.shifts)

    def boundary_after(self, instant: datetime, lead: timedelta) -> datetime | None:
        """The next begin or end of a shift. The begin is when the model has to start for it, by `lead` earlier."""
        start, end = _after(self._starts, instant + lead), _after(self._ends, instant)
        return min((each for each in (start and start - lead, end) if each is not None), default=None)

    def title_at(self, instant: datetime) -> str:
        """The title of the last shift that began until then."""
        at = bisect_right(self._starts, instant)
        return self.shifts[at - 1].title if at else ""

    def begun_by(self, instant: datetime) -> Shift | None:
        """The last stretch that began until then."""
        at = bisect_right(self.stretches, instant, key=lambda each: each.start)
        return self.stretches[at - 1] if at else None

    def works_at(self, instant: datetime) -> bool:
        """Whether there is a shift at this instant."""
        at = bisect_right(self._working, instant, key=lambda each: each.start)
        return at > 0 and instant < self._working[at - 1].end

    def next_start(self, instant: datetime) -> datetime | None:
        """When the next stretch begins."""
        return _after([each.start for each in self.stretches], instant)


def _after(moments: Sequence[datetime], instant: datetime) -> datetime | None:
    at = bisect_right(moments, instant)
    return moments[at] if at < len(moments) else None


def plan(calendar: Calendar, now: datetime) -> Plan:
    """The plan for some days around an instant."""
    return plan_between(calendar, now - PAST, now + FUTURE)


def plan_between(calendar: Calendar, since: datetime, until: datetime) -> Plan:
    """A shift that begins in a closure does not take place; one that began before runs to its end."""
    closures = _of(calendar, since - LONGEST_EVENT, until, closes=True)
    shifts = _outside(_of(calendar, since, until, closes=False), list(joined(closures, timedelta())))
    return Plan(since, until, tuple(shifts), tuple(each for each in closures if each.end > since))


def _of(calendar: Calendar, since: datetime, until: datetime, *, closes: bool) -> list[Shift]:
    events = (each for each in calendar.events if each.closes is closes)
    return sorted(chain.from_iterable(occurrences(each, calendar.zones, since, until) for each in events))


def _outside(shifts: Iterable[Shift], closures: Sequence[Shift]) -> Iterator[Shift]:
    for shift in shifts:
        at = bisect_right(closures, shift.start, key=lambda each: each.start)
        if at == 0 or closures[at - 1].end <= shift.start:
            yield shift


def joined(shifts: Iterable[Shift], pause: timedelta) -> Iterator[Shift]:
    """Sorted shifts, those joined that overlap or have at most `pause` between them. The first one's title stays."""
    last: Shift | None = None
    for each in shifts:
        if last is None:
            last = each
        elif each.start - last.end <= pause:
            last = Shift(last.start, max(last.end, each.end), last.title)
        else:
            yield last
            last = each
    if last is not None:
        yield last
