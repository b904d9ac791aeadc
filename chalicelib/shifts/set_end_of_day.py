"""Set and remove the time at which the images of each day are inspected."""

from dataclasses import replace
from datetime import time

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.core.image import is_id
from chalicelib.shifts.change import change, require_project
from chalicelib.shifts.domain import CalendarRecord, EndOfDay, iana_zone
from chalicelib.shifts.set_calendar import Storage

MOST_PARTS = 2
"""A line and a camera."""


def set_end_of_day(
    project: str, grant: Grant, *, at: time, zone: str | None = None, prefix: str = "", storage: Storage
) -> CalendarRecord:
    """Inspect the images of each day at this time of the clock; without a zone, in that of the project's calendar.

    `prefix` is a line, or line/camera. The first run is that of the next time.
    """
    require_project(project, grant, storage.hosting)
    end = EndOfDay(at=at, zone=_zone(project, zone, storage), prefix=_prefix(prefix), set_at=storage.clock())
    return change(project, lambda record: replace(record, end_of_day=end), storage.calendars)


def remove_end_of_day(project: str, grant: Grant, *, storage: Storage) -> CalendarRecord:
    """Inspect no day's images any more; a run that goes on ends at once. `NotFound` if there is none."""
    require_project(project, grant, storage.hosting)

    def make(record: CalendarRecord) -> CalendarRecord:
        if record.end_of_day is None:
            raise NotFound(f"project {project} has no inspection at the end of the day")
        return replace(record, end_of_day=None, day_run=None)

    return change(project, make, storage.calendars)


def _zone(project: str, zone: str | None, storage: Storage) -> str:
    if zone is None:
        revision = storage.calendars.find(project).revision
        zone = "" if revision is None else storage.files.read(project, revision).zone
    known = iana_zone(zone)
    if known is None:
        raise InvalidRequest(("zone", "must be the name of a time zone, such as Europe/Berlin"))
    return known


def _prefix(prefix: str) -> str:
    parts = prefix.strip("/").split("/") if prefix else []
    if len(parts) > MOST_PARTS or not all(map(is_id, parts)):
        raise InvalidRequest(("prefix", "must be a line, or a line and a camera as line-1/cam-1"))
    return "/".join(parts)
