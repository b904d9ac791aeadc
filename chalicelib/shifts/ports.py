"""What shift calendars need from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.core.events import DayInspected
from chalicelib.core.image import UploadedImage
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.domain import Calendar, CalendarRecord

CALENDAR_ASKS = "calendar"
"""Who asks when the calendar does. No access key has this id: those that Linewatch makes are random."""


class HostingState(StrEnum):
    """What is observed of a project's hosting."""

    STOPPED = "stopped"
    STARTING = "starting"
    HOSTED = "hosted"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wanted last of a project's hosting: that it runs, or that it is stopped."""

    run: bool
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What is observed of a project's hosting, and what is wanted.

    `version` is the version to start, None if nobody ever started one. `warm_up` is how long the last start took, None
    if that is not known. `waiting` is the number of images in the queue, None if it is not known.
    """

    state: HostingState
    wish: Wish | None
    version: int | None
    warm_up: timedelta | None = None
    waiting: int | None = None


class DesiredHosting(Protocol):
    """The desired state of hosting. Somebody else brings it about."""

    def read(self, project: str) -> Hosting | None:
        """What is and what is wanted; None if there is no such project."""
        ...

    def write(self, project: str, *, run: bool) -> bool:
        """Want that the project's version runs, or that it is stopped, because the calendar says so.

        False, and nothing is wanted, if that cannot be now, as while it stops.
        """
        ...


class Calendars(Protocol):
    """The table of calendars."""

    def find(self, project: str) -> CalendarRecord:
        """What is stored; number 0 if nothing is. `UnreadableRecord` if it cannot be read."""
        ...

    def all(self) -> Iterator[CalendarRecord | Unreadable]:
        """All records, in any order."""
        ...

    def put(self, record: CalendarRecord) -> bool:
        """Store a record. False, and nothing is stored, if its number does not follow on the stored one."""
        ...

    def remove(self, project: str) -> None:
        """Forget a project's calendar, if there is one."""
        ...


class DayImages(Protocol):
    """The images in the bucket."""

    def of_days(self, project: str, prefix: str, days: Sequence[date], after: str) -> Iterator[UploadedImage]:
        """The images below a prefix of the project that were captured on these days, by key, from after a key on."""
        ...


class DayEvents(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[DayInspected]) -> object:
        """Publish the events; `PublishFailed` when some must be published again."""
        ...


class CalendarFiles(Protocol):
    """The files of calendars. A revision never changes."""

    def write(self, project: str, revision: str, content: bytes, calendar: Calendar) -> None:
        """Store a file and what it means."""
        ...

    def read(self, project: str, revision: str) -> Calendar:
        """What a file means. `UnreadableRecord` if it is gone or cannot be read."""
        ...

    def content(self, project: str, revision: str) -> bytes:
        """A file as it came. `UnreadableRecord` if it is gone."""
        ...

    def arrived(self) -> Iterator[tuple[str, str]]:
        """(project, ETag) of the files that people have put into the bucket. They stay there."""
        ...

    def fetch(self, project: str) -> bytes | None:
        """The content of such a file; None if it is gone again. Of one that is too large, a byte too much."""
        ...
