"""The shifts of a project, as times in which parts are drawn; days of a project without a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.shifts.domain import Calendar, Shift, Zone
from chalicelib.shifts.plan import plan_between

DAY = timedelta(days=1)
LONGEST_PERIOD = timedelta(days=7)
SETTLED = timedelta(minutes=5)
"""So long after a period every verdict that was given in it is stored."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`. The parts that are inspected in it are those of its draw."""

    start: datetime
    end: datetime
    title: str

    def is_over(self, now: datetime) -> bool:
        """Whether its draw is final."""
        return self.end + SETTLED <= now


def periods_of_calendar(calendar: Calendar, since: datetime, until: datetime) -> list[Period]:
    """The shifts that begin from `since` until before `until`, each until the next one begins, so that none overlap.

    Parts that are inspected in a pause, or after the last shift of a day, belong to the shift before, up to a day.
    A period is never longer than a week.
    """
    shifts = plan_between(calendar, since, until + LONGEST_PERIOD).shifts
    begins: dict[datetime, Shift] = {}
    for each in shifts:
        known = begins.get(each.start)
        begins[each.start] = each if known is None else Shift(each.start, max(each.end, known.end), known.title)
    found: list[Period] = []
    after = Shift(until + LONGEST_PERIOD, until + LONGEST_PERIOD)
    for shift, following in pairwise([*begins.values(), after]):
        if since <= shift.start < until:
            end = min(following.start, shift.end + DAY, shift.start + LONGEST_PERIOD)
            found.append(Period(shift.start, end, shift.title))
    return found


def days(zone: Zone, since: datetime, until: datetime) -> Iterator[Period]:
    """The days of a zone that begin from `since` until before `until`."""
    day = zone.local(since).replace(hour=0, minute=0, second=0, microsecond=0)
    while (start := zone.utc(day)) < until:
        if start >= since:
            yield Period(start, zone.utc(day + DAY), day.date().isoformat())
        day += DAY
