"""Show the calendar of a project, and what will happen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.shifts.change import observed, require_calendar, require_project
from chalicelib.shifts.day import due_between, with_run
from chalicelib.shifts.decision import Decision, decide, lead_of
from chalicelib.shifts.domain import Calendar, CalendarRecord
from chalicelib.shifts.forecast import Span, forecast
from chalicelib.shifts.plan import PAST, Plan, plan_between
from chalicelib.shifts.ports import Hosting
from chalicelib.shifts.set_calendar import Storage

WEEK = 7
FARTHEST = timedelta(days=366)
"""A day may be so far from today: all shifts in between are worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of a calendar from `day` on, in the plant's zone: its shifts and closures, and what will happen.

    `decision` is that of now, `lead` how long before a shift the model starts. At `ends_of_day` the images of the day
    are inspected; how long that takes is known afterwards, so `spans` have the latest one only.
    """

    record: CalendarRecord
    calendar: Calendar
    hosting: Hosting
    now: datetime
    decision: Decision
    lead: timedelta
    day: date
    plan: Plan
    spans: list[Span]
    ends_of_day: list[datetime]


def show_week(project: str, grant: Grant, *, day: date | None = None, storage: Storage) -> Week:
    """The seven days from this day on, without one from today. `NotFound` if there is no calendar.

    `InvalidRequest` for a day more than a year from today.
    """
    found = require_project(project, grant, storage.hosting)
    record, now = storage.calendars.find(project), storage.clock()
    hosting = observed(found, record)
    calendar = storage.files.read(project, require_calendar(record))
    today = calendar.home.local(now).date()
    first = day or today
    if abs(first - today) > FARTHEST:
        raise InvalidRequest(("day", f"must be at most {FARTHEST.days} days from today"))
    since, until = (calendar.home.utc(midnight(first + timedelta(days=days))) for days in (0, WEEK))
    around = with_run(plan_between(calendar, min(since, now) - PAST, max(until, now) + PAST), record.day_run)
    return Week(
        record=record,
        calendar=calendar,
        hosting=hosting,
        now=now,
        decision=decide(around, now, hosting, record.override, grace=record.grace),
        lead=lead_of(hosting.warm_up),
        day=first,
        plan=plan_between(calendar, since, until),
        spans=forecast(around, since, until, hosting, record),
        ends_of_day=[] if record.end_of_day is None else due_between(record.end_of_day, since, until),
    )


def midnight(day: date) -> datetime:
    """The local time at which a day begins."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local time


def show_record(project: str, grant: Grant, *, storage: Storage) -> CalendarRecord:
    """What is stored, also without a calendar."""
    require_project(project, grant, storage.hosting)
    return storage.calendars.find(project)


def show_file(project: str, grant: Grant, *, storage: Storage) -> bytes:
    """The file as it came. `NotFound` if there is no calendar."""
    require_project(project, grant, storage.hosting)
    return storage.files.content(project, require_calendar(storage.calendars.find(project)))
