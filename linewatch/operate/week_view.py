"""A week of a shift calendar as rows of days on the plant's clock, for whatever draws it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.shifts.decision import Source
from chalicelib.shifts.domain import Shift, Zone
from chalicelib.shifts.forecast import hours
from chalicelib.shifts.show import WEEK, Week, midnight
from linewatch.cost.hosting import IDLE_HOUR, LOOKOUT_HOUR

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a day in which the model runs: from and to an hour of the clock, 0 to 24."""

    begin: float
    end: float
    source: Source


@dataclass(frozen=True, slots=True)
class Row:
    """A day: its bars, the shifts that begin on it, why it is closed, and hours of the clock.

    `ends` are those at which the images of the day are inspected, `now` is that of now if it is today.
    """

    day: date
    bars: list[Bar]
    shifts: list[str]
    closed: list[str]
    ends: list[float]
    now: float | None

    @property
    def notes(self) -> str:
        """What is to be said of the day, in words."""
        inspected = [f"images of the day {_clock(each)}" for each in self.ends]
        return ", ".join([*self.shifts, *(f"closed: {each}" for each in self.closed), *inspected])


def rows(week: Week) -> list[Row]:
    """The seven days."""
    return [_row(week, week.day + timedelta(days=days)) for days in range(WEEK)]


def _row(week: Week, day: date) -> Row:
    home = week.calendar.home
    begin, end = (home.utc(midnight(each)) for each in (day, day + timedelta(days=1)))
    bars = [
        Bar(_hour(home, max(span.start, begin), day), _hour(home, min(span.end, end), day), span.source)
        for span in week.spans
        if span.run and span.start < end and span.end > begin
    ]
    shifts = [_described(home, each) for each in week.plan.shifts if begin <= each.start < end]
    closed = [each.title or "closed" for each in week.plan.closures if each.start < end and each.end > begin]
    ends = [_hour(home, each, day) for each in week.ends_of_day if begin <= each < end]
    now = _hour(home, week.now, day) if begin <= week.now < end else None
    return Row(day, bars, shifts, closed, ends, now)


def _hour(home: Zone, instant: datetime, day: date) -> float:
    return min((home.local(instant) - midnight(day)) / HOUR, 24.0)


def _clock(hour: float) -> str:
    hours, minutes = divmod(round(hour * 60), 60)
    return f"{hours:02}:{minutes:02}"


def _described(home: Zone, shift: Shift) -> str:
    start, end = home.local(shift.start), home.local(shift.end)
    return f"{start:%H:%M}-{end:%H:%M} {shift.title}".strip()


def title(week: Week) -> str:
    """The project, the days and the zone."""
    last = week.day + timedelta(days=WEEK - 1)
    return f"{week.record.project}, {week.day:%d %b} to {last:%d %b %Y}, {week.calendar.home.name}"


def summary(week: Week) -> Iterator[str]:
    """What the week comes to, in sentences."""
    run, stopped = (hours(week.spans, run=each) for each in (True, False))
    yield (
        f"Hosted {run:.1f} of {run + stopped:.0f} hours: {stopped:.1f} hours less than always on. While no image comes,"
        f" that costs {run * IDLE_HOUR:.3f} USD instead of {(run + stopped) * IDLE_HOUR:.3f}."
    )
    yield (
        f"Amazon Lookout for Vision took {LOOKOUT_HOUR:.2f} USD an hour until it ended on 2025-10-31: with this"
        f" calendar {run * LOOKOUT_HOUR:.2f} USD, always on {(run + stopped) * LOOKOUT_HOUR:.2f} USD."
    )

    if week.ends_of_day:
        yield "The time that the images of the day take is not in these figures: it is known when they are inspected."


def status(week: Week) -> Iterator[str]:
    """How it is now, in sentences. Times are the plant's."""
    home, decision, record = week.calendar.home, week.decision, week.record
    until = "" if decision.until is None else f" until {home.local(decision.until):%a %d %b %H:%M}"
    yield (
        f"Project {record.project}, {home.name}, now {home.local(week.now):%a %d %b %H:%M}: the model is"
        f" {week.hosting.state}; it should {'run' if decision.run else 'be stopped'}{until} ({decision.reason})."
    )
    if week.hosting.version is None:
        yield "No version was ever started: start one with `linewatch model start`, then the calendar follows."
    if week.calendar.free or week.calendar.cancelled:
        yield f"Events that are no shifts: {week.calendar.free} shown as free, {week.calendar.cancelled} cancelled."
    if record.refusal is not None:
        yield f"The file that was put into the bucket was refused and the old one stays: {record.refusal.reason}"
    if not week.plan.shifts:
        yield "There is no shift in these seven days."
