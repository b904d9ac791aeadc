"""Change what is stored of a project's calendar: read it, decide, store it; again if somebody else was faster."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.access.access_keys import require_own
from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.ports import CALENDAR_ASKS, Calendars, DesiredHosting, Hosting

MOST_TRIES = 10


def change(project: str, make: Callable[[CalendarRecord], CalendarRecord], calendars: Calendars) -> CalendarRecord:
    """Store what `make` makes of the stored record, and return it. `make` may be called several times, or raise."""
    for _ in range(MOST_TRIES):
        before = calendars.find(project)
        after = replace(make(before), number=before.number + 1)
        if calendars.put(after):
            return after
    raise InvalidRequest(("", f"others are changing the calendar of project {project} now: try again"))


def require_project(project: str, grant: Grant, hosting: DesiredHosting) -> Hosting:
    """What is hosted of a project. `Forbidden` for one that is not the key's, `NotFound` if there is none."""
    require_own(project, grant)
    found = hosting.read(project)
    if found is None:
        raise NotFound(f"there is no project {project}: create it first")
    return found


def observed(found: Hosting, record: CalendarRecord) -> Hosting:
    """What is observed, with the warm-up that was measured before if there is none now.

    A start or stop before the project followed a calendar counts as one by the calendar.
    """
    wish, since = found.wish, record.followed_since
    if wish is not None and since is not None and wish.asked_at < since:
        wish = replace(wish, asked_by=CALENDAR_ASKS)
    return replace(found, wish=wish, warm_up=found.warm_up or record.warm_up)


def require_calendar(record: CalendarRecord) -> str:
    """The revision of the calendar; `NotFound` if there is none."""
    if record.revision is None:
        refused = "" if record.refusal is None else f"; the last file was refused: {record.refusal.reason}"
        raise NotFound(f"project {record.project} has no calendar: set one{refused}")
    return record.revision
