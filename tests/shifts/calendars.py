"""Calendars for tests, and what they mean."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.domain import Calendar
from chalicelib.shifts.plan import plan_between

FILES = Path(__file__).parent / "files"
BERLIN = "X-WR-TIMEZONE:Europe/Berlin"


def utc(text: str) -> datetime:
    """`2026-03-14 06:00` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def content_of(*lines: str) -> bytes:
    """A file with these lines in its calendar."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(start: str, end: str, *more: str, title: str = "Shift") -> list[str]:
    """The lines of an event; `start` and `end` are the properties without their names, such as `:20260314T060000`."""
    return ["BEGIN:VEVENT", f"DTSTART{start}", f"DTEND{end}", f"SUMMARY:{title}", *more, "END:VEVENT"]


TWO_SHIFTS = (
    *event(":20260301T060000", ":20260301T140000", "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", title="Early"),
    *event(":20260301T220000", ":20260302T060000", "RRULE:FREQ=DAILY;BYDAY=SU,MO,TU,WE,TH", title="Night"),
    *event(";VALUE=DATE:20260318", ";VALUE=DATE:20260319", title="Holiday: Wednesday"),
)
"""An early and a night shift, and a holiday on Wednesday, 18 March."""


def calendar_of(*lines: str) -> Calendar:
    """What a file with these lines says, in Berlin."""
    return read_calendar(content_of(BERLIN, *lines))


def local_shifts(calendar: Calendar, first: date, last: date) -> list[str]:
    """The shifts of these days as `03-14 06:00 - 03-14 14:00 title` of the plant's clock."""
    home = calendar.home
    since, until = (home.utc(datetime(day.year, day.month, day.day)) for day in (first, last + timedelta(days=1)))  # noqa: DTZ001
    return [
        f"{home.local(each.start):%m-%d %H:%M} - {home.local(each.end):%m-%d %H:%M} {each.title}".strip()
        for each in plan_between(calendar, since, until).shifts
        if since <= each.start
    ]


def days(shifts: Sequence[str]) -> list[str]:
    """The days on which they begin."""
    return [each.split()[0] for each in shifts]
