"""Read an iCalendar file as Outlook, Google and Apple export it. Source: RFC 5545.

Every event that is shown as busy is a shift, but for those that close the plant. A time without a zone, and a day, are
in the zone of the calendar: X-WR-TIMEZONE or, without it, the one zone that the file names.
"""

from collections import Counter
from collections.abc import Iterator

from chalicelib.core.errors import InvalidRequest
from chalicelib.shifts.content_lines import Component, broken, calendars
from chalicelib.shifts.domain import LARGEST_FILE, Calendar
from chalicelib.shifts.properties import properties
from chalicelib.shifts.series import Entry, events_of
from chalicelib.shifts.times import Times
from chalicelib.shifts.zones import Zones

MOST_EVENTS = 5_000

_CALENDAR = frozenset({"X-WR-TIMEZONE"})
_EVENT = frozenset(
    {
        *("UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"),
        *("SUMMARY", "STATUS", "TRANSP", "CATEGORIES", "X-MICROSOFT-CDO-BUSYSTATUS"),
    }
)


def read_calendar(content: bytes) -> Calendar:
    """What a file says. `InvalidRequest` names the line that is wrong and what is expected."""
    if len(content) > LARGEST_FILE:
        raise InvalidRequest(("", f"a calendar has at most {LARGEST_FILE} bytes: export only the shifts"))
    found = calendars(content)
    zones = Zones(_definitions(found))
    entries = [Entry(each.number, properties(each, _EVENT)) for each in _all(found, "VEVENT")]
    _require_events(entries)
    named = _named_home(found, zones)
    times = Times(zones, home=named or _only_zone(found, entries, zones), utc=named or zones.named("UTC", 1))
    counted = Counter[str](each.kind for each in entries)
    events = tuple(sorted(events_of(entries, times), key=lambda each: each.line))
    return Calendar(
        zone=times.home or times.utc,
        zones=zones.used,
        events=events,
        free=counted["free"],
        cancelled=counted["cancelled"],
    )


def _all(found: list[Component], name: str) -> Iterator[Component]:
    return (each for calendar in found for each in calendar.components if each.name == name)


def _definitions(found: list[Component]) -> dict[str, Component]:
    named = frozenset({"TZID"})
    return {of.value: each for each in _all(found, "VTIMEZONE") for of in properties(each, named).get("TZID", [])[:1]}


def _require_events(entries: list[Entry]) -> None:
    if not entries:
        raise InvalidRequest(("", "the file has no events: export the calendar with the shifts in it"))
    if len(entries) > MOST_EVENTS:
        raise broken(entries[MOST_EVENTS].number, f"the file has {len(entries)} events; {MOST_EVENTS} are the most")


def _named_home(found: list[Component], zones: Zones) -> str | None:
    for calendar in found:
        for each in properties(calendar, _CALENDAR).get("X-WR-TIMEZONE", []):
            return zones.named(each.value, each.number)
    return None


def _only_zone(found: list[Component], entries: list[Entry], zones: Zones) -> str | None:
    """The one zone in which events start or, if none names a zone, that the file defines; None if there are several."""
    starts = (of for entry in entries for of in entry.found.get("DTSTART", []))
    names = {zones.named(of.zone, of.number) for of in starts if of.zone is not None}
    names = names or {zones.named(name, each.number) for name, each in _definitions(found).items()}
    return names.pop() if len(names) == 1 else None
