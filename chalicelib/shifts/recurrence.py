"""When the events of a calendar take place. Source: RFC 5545, section 3.8.5.

dateutil is imported where it is used: app.py imports this module, and few functions have that library.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from chalicelib.shifts.domain import Event, Length, Shift, Zone

if TYPE_CHECKING:
    from dateutil.rrule import rrule

_MARGIN = timedelta(days=2)
"""More than any two zones differ, so that local times can stand for instants where only a bound is needed."""


def occurrences(event: Event, zones: Mapping[str, Zone], since: datetime, until: datetime) -> Iterator[Shift]:
    """Those recurrences of an event that are at any time from `since` until before `until`, in any order."""
    zone = zones[event.zone]
    for start, length in chain(_ruled(event, zone, since, until), event.also):
        begins = zone.utc(start)
        if not _takes_place(event, start, begins):
            continue
        moved = start + event.moved
        begins, ends = zone.utc(moved), zone.utc(moved + length.clock) + length.exact
        if begins < ends and begins < until and ends > since:
            yield Shift(begins, ends, event.title)


def _takes_place(event: Event, start: datetime, begins: datetime) -> bool:
    return not (
        begins in event.without
        or start.date() in event.without_days
        or (event.since is not None and begins < event.since)
        or (event.before is not None and begins >= event.before)
    )


def _ruled(event: Event, zone: Zone, since: datetime, until: datetime) -> Iterator[tuple[datetime, Length]]:
    """The first start, and those of the rule that can matter."""
    from dateutil.rrule import rrulestr

    yield event.start, event.length
    if not event.rule:
        return
    reach = _MARGIN + abs(event.moved)
    first = since.replace(tzinfo=None) - event.length.clock - event.length.exact - reach
    last = until.replace(tzinfo=None) + reach
    for start in _from_near(rrulestr(event.rule, dtstart=event.start), first):
        if start > last or (event.until is not None and zone.utc(start) > event.until):
            return
        if start != event.start:
            yield start, event.length


def _from_near(rule: "rrule", first: datetime) -> Iterator[datetime]:
    """The starts of a rule from about `first` on. A rule of days or weeks need not count from its beginning."""
    from dateutil.rrule import DAILY, WEEKLY

    start, unit = rule._dtstart, {DAILY: timedelta(days=1), WEEKLY: timedelta(weeks=1)}.get(rule._freq)
    if unit is None or rule._count is not None or start >= first:
        return iter(rule)
    step = unit * rule._interval
    return iter(rule.replace(dtstart=start + (first - start) // step * step))
