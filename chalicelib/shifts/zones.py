"""The time zones that a file names: IANA names, Windows names, and what the file defines itself."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr
from icalendar.prop import vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from chalicelib.shifts.content_lines import Component, broken
from chalicelib.shifts.domain import Change, Zone
from chalicelib.shifts.properties import Property, properties

_FIRST, _LAST = datetime(1990, 1, 1), datetime(2070, 1, 1)  # noqa: DTZ001 - local times
"""The time for which the rules of a file's own zone are worked out."""
_ONSET = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})


class Zones:
    """The zones of one file. Each zone that was asked for is in `used`."""

    def __init__(self, definitions: Mapping[str, Component]) -> None:
        self._definitions = definitions
        self._names: dict[str, str] = {}
        self.used: dict[str, Zone] = {}

    def named(self, name: str, number: int) -> str:
        """The name under which `used` has this zone. `InvalidRequest` for one that is not known and not defined."""
        if name not in self._names:
            zone = self._zone(name, number)
            self._names[name] = zone.name
            self.used[zone.name] = zone
        return self._names[name]

    def _zone(self, name: str, number: int) -> Zone:
        if (found := _iana(name)) is not None:
            return Zone(found)
        if name not in self._definitions:
            raise broken(number, f"the time zone {name!r} is not known: use a name such as Europe/Berlin")
        return Zone(name, tuple(sorted(_changes(self._definitions[name]), key=lambda each: each.at)))


def _iana(name: str) -> str | None:
    """The IANA name of a zone: itself, the end of a long name such as /example.org/Europe/Berlin, or Windows'."""
    parts = name.strip("/").split("/")
    for candidate in (*("/".join(parts[at:]) for at in range(len(parts))), WINDOWS_TO_OLSON.get(name, "")):
        try:
            return ZoneInfo(candidate).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _changes(definition: Component) -> Iterator[Change]:
    if not definition.components:
        raise broken(definition.number, "VTIMEZONE has neither STANDARD nor DAYLIGHT")
    for part in definition.components:
        found = properties(part, _ONSET)
        if missing := {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"} - found.keys():
            raise broken(part.number, f"{part.name} needs {', '.join(sorted(missing))}")
        before, after = (_offset(found[name][0]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        yield from (Change(at, before, after) for at in _onsets(found))


def _offset(of: Property) -> timedelta:
    try:
        return timedelta(seconds=vUTCOffset.from_ical(of.value).total_seconds())
    except ValueError as error:
        raise broken(of.number, f"{of.name} is not an offset such as +0100: {of.value!r}") from error


def _onsets(found: Mapping[str, list[Property]]) -> Iterator[datetime]:
    """The local times at which the clocks change. The first is kept whenever it was: it has the offset before it."""
    start = _naive(found["DTSTART"][0].moment())
    yield start
    yield from (_naive(each) for rdate in found.get("RDATE", []) for each in rdate.moments())
    for each in found.get("RRULE", []):
        text, until = each.rule(start)
        last = _LAST if until is None else min(_LAST, _naive(until))
        yield from (at for at in rrulestr(text, dtstart=start).xafter(_FIRST) if at <= last)


def _naive(moment: datetime | date) -> datetime:
    """A day is its midnight. An UNTIL in UTC is at most a day from the local time, and clocks change months apart."""
    return datetime(*moment.timetuple()[:6])  # noqa: DTZ001 - a local time
