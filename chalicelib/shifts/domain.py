"""Shift calendars: what a file says, what it means in a stretch of time, and what is stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes of a calendar."""
LONGEST_EVENT = timedelta(days=366)
LONGEST_GRACE = timedelta(hours=12)
DEFAULT_GRACE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks of a zone change at `at`, in the local time before the change, from one offset to another."""

    at: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name or, if a file defines its own, by the changes of its clocks, the oldest first."""

    name: str
    changes: tuple[Change, ...] = ()

    def utc(self, local: datetime) -> datetime:
        """The instant of a local time. One that occurs twice is the first; one in a gap is by the offset before it.

        Source: RFC 5545, section 3.3.5, form 3.
        """
        if not self.changes:
            return local.replace(tzinfo=ZoneInfo(self.name)).astimezone(UTC)
        offset = self.changes[0].before
        for change in self.changes:
            if local >= change.at + max(timedelta(), change.after - change.before):
                offset = change.after
        return (local - offset).replace(tzinfo=UTC)

    def local(self, instant: datetime) -> datetime:
        """The local time of an instant, without a zone."""
        if not self.changes:
            return instant.astimezone(ZoneInfo(self.name)).replace(tzinfo=None)
        utc = instant.astimezone(UTC).replace(tzinfo=None)
        offset = self.changes[0].before
        for change in self.changes:
            if utc >= change.at - change.before:
                offset = change.after
        return utc + offset


def iana_zone(name: str) -> str | None:
    """The name, if it is one of IANA's; None for any other text, such as one too long for a file's name."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Length:
    """How long an event lasts: `clock` on the local clock, as to a DTEND, then `exact`, as the hours of a DURATION."""

    clock: timedelta = timedelta()
    exact: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT with its recurrences. `start`, and the starts in `also`, are local times of `zone`.

    `rule` is an RRULE without its UNTIL, which is `until`: the last start. `since` and `before` bound the starts if a
    change of this and all future events cut the series in two; `moved` is what that change added to each start.
    Recurrences that start at one of `without`, or on one of `without_days`, do not take place.
    """

    line: int
    title: str
    closes: bool
    zone: str
    start: datetime
    length: Length
    rule: str = ""
    until: datetime | None = None
    since: datetime | None = None
    before: datetime | None = None
    moved: timedelta = timedelta()
    also: tuple[tuple[datetime, Length], ...] = ()
    without: frozenset[datetime] = frozenset()
    without_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What a file says: its events, the zones that they name, the zone of the plant, and how many events do not count.

    `free` events are shown as free in the calendar, `cancelled` ones are cancelled.
    """

    zone: str
    zones: Mapping[str, Zone]
    events: tuple[Event, ...]
    free: int = 0
    cancelled: int = 0

    @property
    def home(self) -> Zone:
        """The zone of the plant."""
        return self.zones[self.zone]


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A shift, or a closure, that takes place: from `start` until before `end`, both UTC."""

    start: datetime
    end: datetime
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person wants instead of the calendar, until a time or, with None, until the next boundary of a shift."""

    run: bool
    until: datetime | None
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was put into the bucket and was not taken."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfDay:
    """When the images of each day are inspected: at a time of the clock, in a zone by its IANA name.

    `prefix` is a line, or line/camera; empty means all images of the project. `set_at` is when somebody wanted it.
    """

    at: time
    zone: str
    prefix: str = ""
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """How people look at what the machine said.

    If it is `on`, each shift asks for so many random `parts` that the machine passed. With `two_people` an answer
    counts after a second person gave the same. `set_by` is the key that set it; empty for the default.
    """

    on: bool = True
    parts: int = 10
    two_people: bool = False
    set_by: str = ""
    set_at: datetime | None = None


class Phase(StrEnum):
    """What an inspection of a day's images does now."""

    ANNOUNCING = "announcing"
    COUNTING = "counting"
    PUBLISHING = "publishing"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRun:
    """An inspection of the images that came after `since` until `until`.

    `after` is the last key that is done in this phase; `counts` are numbers of images, by verdict or `missing`.
    `hosts` says whether the model runs for it until `ended_at`.
    """

    since: datetime
    until: datetime
    opened_at: datetime
    hosts: bool
    phase: Phase = Phase.ANNOUNCING
    after: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRecord:
    """What is stored of a project's calendar. `number` grows with each change; `revision` names the files.

    There is no revision before a good file has come, and after the calendar was removed. `followed_since` is when the
    first file came: what people started or stopped before that is no order. `warm_up` is how long the last measured
    start took; `seen` is the ETag of the file in the bucket that was taken or refused. `day_run` is the latest
    inspection of a day's images, `review_plan` what people look at.
    """

    project: str
    number: int = 0
    revision: str | None = None
    set_at: datetime | None = None
    set_by: str = ""
    followed_since: datetime | None = None
    grace: timedelta = DEFAULT_GRACE
    warm_up: timedelta | None = None
    override: Override | None = None
    refusal: Refusal | None = None
    seen: str = ""
    end_of_day: EndOfDay | None = None
    day_run: DayRun | None = None
    review_plan: ReviewPlan = field(default_factory=ReviewPlan)
