"""What a calendar may ask of those who read it each day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import process_time

from chalicelib.core.errors import InvalidRequest
from chalicelib.shifts.content_lines import broken
from chalicelib.shifts.domain import LONGEST_GRACE, Calendar
from chalicelib.shifts.plan import FUTURE, PAST
from chalicelib.shifts.recurrence import occurrences

MOST_SHIFTS = 20_000
"""In the days of one plan."""
LONGEST_WORK = 8.0
"""Seconds of CPU time for one plan."""


def require_affordable(calendar: Calendar, now: datetime, seconds: Callable[[], float] = process_time) -> None:
    """`InvalidRequest` names the line of the event with which the calendar became too much."""
    began, count = seconds(), 0
    for event in calendar.events:
        for _ in occurrences(event, calendar.zones, now - PAST, now + FUTURE):
            count += 1
            if count > MOST_SHIFTS:
                raise broken(event.line, f"there are more than {MOST_SHIFTS} shifts in {(PAST + FUTURE).days} days")
        if seconds() - began > LONGEST_WORK:
            raise broken(event.line, "the events repeat too often to work them out: let the series begin later")


def require_grace(grace: timedelta) -> None:
    """How long a model may run on after a shift while images wait."""
    if not timedelta() <= grace <= LONGEST_GRACE:
        most = int(LONGEST_GRACE.total_seconds() // 60)
        raise InvalidRequest(("grace_minutes", f"must be 0 to {most} minutes"))
