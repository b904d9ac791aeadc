"""The routes by which people set, show and override the shift calendar of a project.

What answers them is imported when they are asked: app.py imports this module for every function.
"""

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Annotated

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from chalicelib.access.domain import Grant
from chalicelib.core.texts import CLOCK_TIME
from chalicelib.core.validation import Moment
from chalicelib.http.requests import body_of, content_of, query_of
from chalicelib.http.route import expose
from chalicelib.shifts.wiring import ShiftsWiring

if TYPE_CHECKING:
    from chalicelib.shifts.domain import CalendarRecord

SHIFTS = "/projects/{project}/shifts"
MOST_GRACE_MINUTES = 12 * 60
"""`LONGEST_GRACE`, which is not imported here."""


class NewCalendar(BaseModel):
    """The query with which a file is set."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    grace_minutes: Annotated[int, Field(ge=0, le=MOST_GRACE_MINUTES)] | None = None


class FirstDay(BaseModel):
    """The query with which a week is asked for: its first day, in the plant's zone."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    day: date | None = None


class NewOverride(BaseModel):
    """What to do instead of what the calendar says; without `until` it is the next begin or end of a shift."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    run: bool
    until: Moment | None = None


class NewEndOfDay(BaseModel):
    """When the images of each day are inspected; without a zone, by the clock of the calendar."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    at: Annotated[time, WithJsonSchema(dict(CLOCK_TIME))]
    zone: str | None = None
    prefix: str = ""


def routes(authorize: ChaliceAuthorizer, shifts: Callable[[], ShiftsWiring]) -> Blueprint:
    """`GET`, `PUT` and `DELETE` of the calendar, its override and the end of the day, and `GET` of the file."""
    views = ShiftViews(shifts)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", SHIFTS), views.show_shifts, authorize)
    expose(blueprint, ("PUT", SHIFTS), views.set_shifts, authorize)
    expose(blueprint, ("DELETE", SHIFTS), views.remove_shifts, authorize)
    expose(blueprint, ("GET", f"{SHIFTS}/file"), views.show_shift_file, authorize)
    expose(blueprint, ("PUT", f"{SHIFTS}/override"), views.override_shifts, authorize)
    expose(blueprint, ("DELETE", f"{SHIFTS}/override"), views.follow_shifts, authorize)
    expose(blueprint, ("GET", f"{SHIFTS}/end-of-day"), views.show_end_of_day, authorize)
    expose(blueprint, ("PUT", f"{SHIFTS}/end-of-day"), views.set_end_of_day, authorize)
    expose(blueprint, ("DELETE", f"{SHIFTS}/end-of-day"), views.remove_end_of_day, authorize)
    return blueprint


class ShiftViews:
    """The views of the routes."""

    def __init__(self, shifts: Callable[[], ShiftsWiring]) -> None:
        self._shifts = shifts

    def show_shifts(self, request: Request, grant: Grant, project: str) -> str:
        """The calendar and what will happen in seven days."""
        from chalicelib.shifts.answers import week_as_json

        return json.dumps(week_as_json(self._shifts().show_week(project, grant, day=query_of(request, FirstDay).day)))

    def set_shifts(self, request: Request, grant: Grant, project: str) -> str:
        """Set the calendar: an iCalendar file. If it is broken, the old one stays."""
        minutes = query_of(request, NewCalendar).grace_minutes
        grace = None if minutes is None else timedelta(minutes=minutes)
        return _record(self._shifts().set_calendar(project, content_of(request), grant, grace=grace))

    def remove_shifts(self, _request: Request, grant: Grant, project: str) -> str:
        """Remove the calendar. The model stays as it is."""
        self._shifts().remove_calendar(project, grant)
        return json.dumps({})

    def show_shift_file(self, _request: Request, grant: Grant, project: str) -> str:
        """The calendar's file as it came."""
        from chalicelib.shifts.answers import ShiftFile
        from chalicelib.shifts.content_lines import text_of

        return json.dumps(ShiftFile(file=text_of(self._shifts().show_file(project, grant))))

    def override_shifts(self, request: Request, grant: Grant, project: str) -> str:
        """Run or stop the model whatever the calendar says."""
        wanted = body_of(request, NewOverride)
        return _record(self._shifts().override(project, grant, run=wanted.run, until=wanted.until))

    def follow_shifts(self, _request: Request, grant: Grant, project: str) -> str:
        """Follow the calendar again."""
        return _record(self._shifts().end_override(project, grant))

    def show_end_of_day(self, _request: Request, grant: Grant, project: str) -> str:
        """When the images of each day are inspected, and how the latest inspection went."""
        return _record(self._shifts().show_record(project, grant))

    def set_end_of_day(self, request: Request, grant: Grant, project: str) -> str:
        """Inspect the images of each day at this time."""
        new = body_of(request, NewEndOfDay)
        return _record(self._shifts().set_end_of_day(project, grant, at=new.at, zone=new.zone, prefix=new.prefix))

    def remove_end_of_day(self, _request: Request, grant: Grant, project: str) -> str:
        """Inspect no day's images any more."""
        return _record(self._shifts().remove_end_of_day(project, grant))


def _record(record: "CalendarRecord") -> str:
    from chalicelib.shifts.answers import record_as_json

    return json.dumps(record_as_json(record))
