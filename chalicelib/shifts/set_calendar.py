"""Set and remove the calendar of a project, and override it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, UnreadableRecord
from chalicelib.shifts.change import change, require_calendar, require_project
from chalicelib.shifts.domain import Calendar, CalendarRecord, Override
from chalicelib.shifts.limits import require_affordable, require_grace
from chalicelib.shifts.ports import CalendarFiles, Calendars, DesiredHosting

type Read = Callable[[bytes], Calendar]
"""Reads an iCalendar file. Raises `InvalidRequest`, which names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where calendars are kept, how files are read, and where projects are found."""

    calendars: Calendars
    files: CalendarFiles
    hosting: DesiredHosting
    read: Read
    clock: Clock


def set_calendar(
    project: str, content: bytes, grant: Grant, *, grace: timedelta | None = None, seen: str = "", storage: Storage
) -> CalendarRecord:
    """Store a new file; without `grace` the present one stays. `seen` is the ETag of a file in the bucket.

    `InvalidRequest` names the line that is wrong; the old file stays then.
    """
    require_project(project, grant, storage.hosting)
    if grace is not None:
        require_grace(grace)
    calendar, revision = storage.read(content), sha256(content).hexdigest()[:32]
    require_affordable(calendar, storage.clock())
    storage.files.write(project, revision, content, calendar)

    now = storage.clock()

    def make(record: CalendarRecord) -> CalendarRecord:
        return replace(
            record,
            revision=revision,
            set_at=now,
            set_by=grant.key_id,
            followed_since=record.followed_since or now,
            grace=record.grace if grace is None else grace,
            refusal=None,
            seen=seen or record.seen,
        )

    return change(project, make, storage.calendars)


def remove_calendar(project: str, grant: Grant, *, storage: Storage) -> None:
    """Follow no calendar any more: the model stays as it is. `NotFound` if there is none."""
    require_project(project, grant, storage.hosting)

    def make(record: CalendarRecord) -> CalendarRecord:
        require_calendar(record)
        return CalendarRecord(
            project=project,
            number=record.number,
            warm_up=record.warm_up,
            seen=record.seen,
            end_of_day=record.end_of_day,
            day_run=record.day_run,
            review_plan=record.review_plan,
        )

    change(project, make, storage.calendars)


def forget_calendar(project: str, *, calendars: Calendars) -> None:
    """Store nothing but a number for a project that is being deleted. `follow_calendars` removes the record later.

    A record that cannot be read stays.
    """
    try:
        if calendars.find(project).number:
            change(project, lambda record: CalendarRecord(project=project, number=record.number), calendars)
    except UnreadableRecord as error:
        log_unreadable([error.unreadable])


def override(
    project: str, grant: Grant, *, run: bool, until: datetime | None = None, storage: Storage
) -> CalendarRecord:
    """Run or stop the model until a time or, without one, until the next begin or end of a shift."""
    require_project(project, grant, storage.hosting)
    now = storage.clock()
    if until is not None and until <= now:
        raise InvalidRequest(("until", f"must be later than now, {now:%Y-%m-%dT%H:%MZ}"))
    wanted = Override(run=run, until=until, asked_by=grant.key_id, asked_at=now)
    return _with_override(project, wanted, storage)


def end_override(project: str, grant: Grant, *, storage: Storage) -> CalendarRecord:
    """Follow the calendar again."""
    require_project(project, grant, storage.hosting)
    return _with_override(project, None, storage)


def _with_override(project: str, wanted: Override | None, storage: Storage) -> CalendarRecord:
    def make(record: CalendarRecord) -> CalendarRecord:
        require_calendar(record)
        return replace(record, override=wanted)

    return change(project, make, storage.calendars)
