"""The time zones that a file names: IANA names, Windows names, and what the file defines itself."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from time import process_time

from dateutil.rrule import rrulestr
from icalendar.prop import vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from chalicelib.shifts.content_lines import Component, broken, shown
from chalicelib.shifts.domain import Change, Zone, iana_zone
from chalicelib.shifts.properties import Property, properties

_FIRST, _LAST = datetime(1990, 1, 1), datetime(2070, 1, 1)  # noqa: DTZ001 - local times
"""The time for which the rules of a file's own zone are worked out."""
MOST_CHANGES = 1_000
"""Of the clocks of a zone, which change twice a year."""
LONGEST_WORK = 4.0
"""Seconds of CPU time for all zones of a file. A rule alone takes half a second at most."""
MOST_PARTS = 3
"""Of an IANA name, such as America/Argentina/Ushuaia."""
_ONSET = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})


class Zones:
    """The zones of one file. Each zone that was asked for is in `used`."""

    def __init__(self, definitions: Mapping[str, Component], seconds: Callable[[], float] = process_time) -> None:
        self._definitions = definitions
        self._names: dict[str, str] = {}
        self.used: dict[str, Zone] = {}
        self._seconds = seconds
        self._worked = 0.0

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
            raise broken(number, f"the time zone {shown(name)} is not known: use a name such as Europe/Berlin")
        definition = self._definitions[name]
        changes = list(islice(self._changes(definition), MOST_CHANGES + 1))
        if len(changes) > MOST_CHANGES:
            raise broken(definition.number, f"the time zone {shown(name)} changes its clocks over {MOST_CHANGES} times")
        return Zone(name, tuple(sorted(changes, key=lambda each: each.at)))

    def _changes(self, definition: Component) -> Iterator[Change]:
        if not definition.components:
            raise broken(definition.number, "VTIMEZONE has neither STANDARD nor DAYLIGHT")
        for part in definition.components:
            found = properties(part, _ONSET)
            if missing := {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"} - found.keys():
                raise broken(part.number, f"{part.name} needs {', '.join(sorted(missing))}")
            if len(rules := found.get("RRULE", [])) > 1:
                raise broken(rules[1].number, f"{part.name} has one RRULE: make this one a part of its own")
            if self._worked > LONGEST_WORK:
                raise broken(
                    part.number, "the rules of the time zones take too long to work out: name zones as IANA does"
                )
            before, after = (_offset(found[name][0]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
            began = self._seconds()
            changes = [Change(at, before, after) for at in _onsets(found)]
            self._worked += self._seconds() - began
            yield from changes


def _iana(name: str) -> str | None:
    """The IANA name of a zone: itself, the end of a long name such as /example.org/Europe/Berlin, or Windows'."""
    parts = name.strip("/").split("/")[-MOST_PARTS:]
    for candidate in (*("/".join(parts[at:]) for at in range(len(parts))), WINDOWS_TO_OLSON.get(name, "")):
        if (found := iana_zone(candidate)) is not None:
            return found
    return None


def _offset(of: Property) -> timedelta:
    try:
        return timedelta(seconds=vUTCOffset.from_ical(of.value).total_seconds())
    except ValueError as error:
        raise broken(of.number, f"{of.name} is not an offset such as +0100: {shown(of.value)}") from error


def _onsets(found: Mapping[str, list[Property]]) -> Iterator[datetime]:
    """The local times at which the clocks change. The first is kept whenever it was: it has the offset before it."""
    start = _naive(found["DTSTART"][0].moment())
    yield start
    yield from (_naive(each) for rdate in found.get("RDATE", []) for each in rdate.moments())
    for each in found.get("RRULE", []):
        yield from (at for at in _ruled(each, start) if at > _FIRST)


def _ruled(of: Property, start: datetime) -> list[datetime]:
    """The starts of a rule until `_LAST`, from its first one on: few, whatever it says."""
    text, until = of.rule(start)
    rule = rrulestr(text, dtstart=start)
    most = MOST_CHANGES + 1 if rule._count is None else min(rule._count, MOST_CHANGES + 1)
    last = _LAST if until is None else min(_LAST, _naive(until))
    found = list(islice(rule.replace(count=None, until=last), most))
    if len(found) > MOST_CHANGES:
        raise broken(of.number, f"the clocks of a time zone change at most {MOST_CHANGES} times")
    return found


def _naive(moment: datetime | date) -> datetime:
    """A day is its midnight. An UNTIL in UTC is at most a day from the local time, and clocks change months apart."""
    return datetime(*moment.timetuple()[:6])  # noqa: DTZ001 - a local time
