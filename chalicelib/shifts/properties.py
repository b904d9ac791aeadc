"""The values of properties, read by icalendar, with errors that name the line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import prod

from dateutil.rrule import rrulestr
from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes, vRecur

from chalicelib.shifts.content_lines import Component, Line, broken, shown

type Moment = datetime | date
"""A local time, a time in UTC, or a day."""

MOST_STARTS = 24
"""Of a rule, in a day."""
_BY_DAY_OF_YEAR = {"BYYEARDAY", "BYWEEKNO"}
_NOT_WITH = {
    "DAILY": {"BYMONTHDAY", "BYSETPOS", *_BY_DAY_OF_YEAR},
    "WEEKLY": {"BYMONTHDAY", *_BY_DAY_OF_YEAR},
    "MONTHLY": _BY_DAY_OF_YEAR,
}
"""Parts of a rule that may leave it without a day. Source, but for DAILY: RFC 5545, section 3.3.10."""
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its name, parameters, raw value and the number of its line."""

    name: str
    parameters: dict[str, str]
    value: str
    number: int

    @property
    def zone(self) -> str | None:
        """The time zone that it names."""
        return self.parameters.get("TZID")

    def moment(self) -> Moment:
        """The one time of this property."""
        return _moment(self, self.value)

    def duration(self) -> timedelta:
        """The one duration of this property."""
        found = _read(self, lambda: vDDDTypes.from_ical(self.value))
        if not isinstance(found, timedelta):
            raise broken(self.number, f"{self.name} is not a duration such as PT8H: {shown(self.value)}")
        return found

    def moments(self) -> list[Moment]:
        """The times of a list; of periods, their begins."""
        return [_moment(self, each.partition("/")[0]) for each in self.value.split(",") if each]

    def periods(self) -> list[tuple[Moment, Moment | timedelta | None]]:
        """The times of a list, each with the end or the duration of its own that it may have."""
        return [_period(self, each) for each in self.value.split(",") if each]

    def rule(self, start: datetime) -> tuple[str, Moment | None]:
        """A recurrence rule without its UNTIL, and that."""
        found = _read(self, lambda: vRecur.from_ical(self.value))
        if not set(map(str, found.get("FREQ", []))) & _FREQUENCIES:
            raise broken(self.number, f"a shift repeats DAILY, WEEKLY, MONTHLY or YEARLY, not as {shown(self.value)}")
        self._require_steps(found)
        until = (found.pop("UNTIL", None) or [None])[0]
        text = found.to_ical().decode()
        _read(self, lambda: rrulestr(text, dtstart=start))
        return text, until

    def _require_steps(self, rule: vRecur) -> None:
        """A rule must go on, not by seconds, and have starts: they are sought until the year 9999."""
        (frequency,) = map(str, rule["FREQ"])
        if wrong := sorted(_NOT_WITH.get(frequency, set()) & set(rule)):
            raise broken(self.number, f"{wrong[0]} does not go with {frequency}: repeat MONTHLY or YEARLY")
        if min(rule.get("INTERVAL", [1])) < 1:
            raise broken(self.number, f"INTERVAL must be at least 1: {shown(self.value)}")
        if prod(len(rule.get(part, [0])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MOST_STARTS:
            raise broken(self.number, f"a rule has at most {MOST_STARTS} starts a day: {shown(self.value)}")


def properties(component: Component, names: frozenset[str]) -> dict[str, list[Property]]:
    """The properties of a component that have these names."""
    found: dict[str, list[Property]] = {}
    for line in component.lines:
        if line.name in names:
            found.setdefault(line.name, []).append(_property(line))
    return found


def _property(line: Line) -> Property:
    """icalendar reads the parameters, of a line that has some."""
    head, _, rest = line.text.partition(":")
    if ";" not in head:
        return Property(line.name, {}, rest, line.number)
    try:
        _, parameters, value = Contentline(line.text).parts()
    except ValueError as error:
        raise broken(line.number, f"cannot be read: {shown(line.text)}") from error
    texts = {key.upper(): each if isinstance(each, str) else ",".join(each) for key, each in parameters.items()}
    return Property(line.name, texts, value, line.number)


def _moment(of: Property, text: str) -> Moment:
    found = _read(of, lambda: vDDDTypes.from_ical(text.strip()))
    if not isinstance(found, date):
        raise broken(of.number, f"{of.name} is not a time such as 20260314T060000: {shown(text)}")
    return found


def _period(of: Property, text: str) -> tuple[Moment, Moment | timedelta | None]:
    start, slash, end = text.partition("/")
    if not slash:
        return _moment(of, start), None
    found = _read(of, lambda: vDDDTypes.from_ical(end.strip()))
    return _moment(of, start), found if isinstance(found, timedelta) else _moment(of, end)


def _read[T](of: Property, read: Callable[[], T]) -> T:
    """What `read` returns. icalendar and dateutil raise one or the other of these for a value that is not valid."""
    try:
        return read()
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise broken(of.number, f"{of.name} cannot be read: {shown(of.value)}") from error
