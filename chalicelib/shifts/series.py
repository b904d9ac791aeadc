"""The events of a file as series: which of its VEVENTs are one event, what each changes, and its times."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.shifts.closed_words import is_closed
from chalicelib.shifts.content_lines import broken
from chalicelib.shifts.domain import LONGEST_EVENT, Event, Length
from chalicelib.shifts.properties import Moment, Property
from chalicelib.shifts.times import DAY, Times

_LONGEST_NUMBER = 18
"""Digits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A VEVENT: the number of its line, and its properties by name."""

    number: int
    found: dict[str, list[Property]]

    def text(self, name: str) -> str:
        """The value of a property; empty if there is none."""
        return self.found[name][0].value if name in self.found else ""

    @property
    def kind(self) -> str:
        """`cancelled`, `free`, or `closed` or `shift`, which count."""
        if self.text("STATUS").upper() == "CANCELLED":
            return "cancelled"
        categories = [each for of in self.found.get("CATEGORIES", []) for each in of.value.split(",")]
        if is_closed(self.title, categories, self.text("X-MICROSOFT-CDO-BUSYSTATUS")):
            return "closed"
        return "free" if self.text("TRANSP").upper() == "TRANSPARENT" else "shift"

    @property
    def title(self) -> str:
        """The title, in one line."""
        text = self.text("SUMMARY").replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";")
        return text.replace("\\\\", "\\").strip()[:80]

    @property
    def sequence(self) -> int:
        """Which revision of the event it is."""
        text = self.text("SEQUENCE")
        return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def events_of(entries: Sequence[Entry], times: Times) -> Iterator[Event]:
    """All events that count. A VEVENT with RECURRENCE-ID replaces one recurrence of the one with its UID."""
    reader = _Reader(times)
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.text("UID") or f"line {entry.number}"].append(entry)
    for group in groups.values():
        yield from reader.group(group)


class _Reader:
    """Reads times in the zones of a file."""

    def __init__(self, times: Times) -> None:
        self._times = times

    def group(self, group: Sequence[Entry]) -> Iterator[Event]:
        """The events of one UID."""
        changes = _newest([each for each in group if "RECURRENCE-ID" in each.found])
        for master in _newest([each for each in group if "RECURRENCE-ID" not in each.found]):
            if master.kind in ("shift", "closed"):
                yield from self._changed(self._event(master), changes)
        for change in changes:
            if change.kind in ("shift", "closed") and not _from_here_on(change):
                yield self._event(change)

    def _changed(self, master: Event, changes: Sequence[Entry]) -> Iterator[Event]:
        """The series without the recurrences that have changes, cut where a change is about all that follow."""
        for change in changes:
            of = change.found["RECURRENCE-ID"][0]
            if not _from_here_on(change):
                master = self._without(master, of, [of.moment()])
        rest = sorted((each for each in changes if _from_here_on(each)), key=self._changed_at)
        edges = [self._changed_at(each) for each in rest]
        yield replace(master, before=edges[0] if edges else None)
        for at, change in enumerate(rest):
            if change.kind in ("shift", "closed"):
                event, bounds = self._event(change), (*edges, None)[at : at + 2]
                moved = event.start - self._times.zone(event.zone).local(edges[at])
                cut = replace(master, since=bounds[0], before=bounds[1], moved=moved)
                yield replace(cut, length=event.length, title=event.title)

    def _changed_at(self, change: Entry) -> datetime:
        of = change.found["RECURRENCE-ID"][0]
        return self._times.instant(of, of.moment())

    def _event(self, entry: Entry) -> Event:
        if "DTSTART" not in entry.found:
            raise broken(entry.number, "the event has no DTSTART")
        if "EXRULE" in entry.found:
            raise broken(entry.found["EXRULE"][0].number, "EXRULE is not supported: name the days by EXDATE")
        of = entry.found["DTSTART"][0]
        zone, start = self._times.local(of, of.moment())
        length = self._length(entry, zone, start)
        event = Event(
            line=entry.number,
            title=entry.title,
            closes=entry.kind == "closed",
            zone=zone,
            start=start,
            length=length,
            also=tuple(self._also(entry, zone, length)),
        )
        for each in entry.found.get("EXDATE", []):
            event = self._without(event, each, each.moments())
        return self._with_rule(event, entry)

    def _with_rule(self, event: Event, entry: Entry) -> Event:
        if "RRULE" not in entry.found or "RECURRENCE-ID" in entry.found:
            return event
        rules = entry.found["RRULE"]
        if len(rules) > 1:
            raise broken(rules[1].number, "an event has one RRULE: make this one an event of its own")
        text, until = rules[0].rule(event.start)
        return replace(event, rule=text, until=None if until is None else self._times.last(until, event.zone))

    def _length(self, entry: Entry, zone: str, start: datetime) -> Length:
        if "DURATION" in entry.found:
            of, lasts = entry.found["DURATION"][0], entry.found["DURATION"][0].duration()
            return _bounded(_of_duration(lasts), of.number)
        if "DTEND" in entry.found:
            of = entry.found["DTEND"][0]
            return _bounded(Length(self._times.local_in(zone, of, of.moment()) - start), of.number)
        if isinstance(entry.found["DTSTART"][0].moment(), datetime):
            raise broken(entry.number, "the event has no end: it needs DTEND or DURATION")
        return Length(DAY)

    def _also(self, entry: Entry, zone: str, length: Length) -> Iterator[tuple[datetime, Length]]:
        for of in entry.found.get("RDATE", []):
            for moment, end in of.periods():
                start = self._times.local_in(zone, of, moment)
                match end:
                    case None:
                        yield start, length
                    case timedelta():
                        yield start, _bounded(_of_duration(end), of.number)
                    case _:
                        lasts = self._times.local_in(zone, of, end) - start
                        yield start, _bounded(Length(lasts), of.number)

    def _without(self, event: Event, of: Property, moments: Sequence[Moment]) -> Event:
        """A day without a time leaves out what starts on that day."""
        days = {each for each in moments if not isinstance(each, datetime)}
        instants = {self._times.instant(of, each) for each in moments if isinstance(each, datetime)}
        return replace(event, without=event.without | instants, without_days=event.without_days | days)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """Of revisions of the same recurrence, the newest; all of those that have the same number."""
    newest: dict[str, int] = defaultdict(int)
    for each in entries:
        newest[each.text("RECURRENCE-ID")] = max(newest[each.text("RECURRENCE-ID")], each.sequence)
    return [each for each in entries if each.sequence == newest[each.text("RECURRENCE-ID")]]


def _from_here_on(change: Entry) -> bool:
    return change.found["RECURRENCE-ID"][0].parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _of_duration(lasts: timedelta) -> Length:
    """Days are by the calendar, hours by the clock. Source: RFC 5545, section 3.3.6."""
    return Length(timedelta(days=lasts.days), timedelta(seconds=lasts.seconds))


def _bounded(length: Length, number: int) -> Length:
    if not timedelta() < length.clock + length.exact <= LONGEST_EVENT:
        raise broken(number, f"the event must end after it begins, at most {LONGEST_EVENT.days} days later")
    return length
