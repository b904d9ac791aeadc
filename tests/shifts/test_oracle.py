"""Rules over zones and both changes of the clocks, against an oracle that looks at every minute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.plan import plan_between
from tests.shifts.calendars import content_of, event

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/Chicago": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),  # at midnight
    "Asia/Kolkata": (date(2026, 3, 29),),  # never
}


@dataclass(frozen=True)
class Weekly:
    """A shift of each week: its weekdays, its begin and end on the clock, and the days that are left out."""

    weekdays: frozenset[int]
    begin: time
    end: time
    without: frozenset[date]

    def lines(self, zone: str, since: date) -> list[str]:
        """As an event that begins on the first of its days."""
        first = next(since + n * DAY for n in range(7) if (since + n * DAY).weekday() in self.weekdays)
        ends = first + (DAY if self.end <= self.begin else timedelta())
        days = ",".join(WEEKDAYS[each] for each in sorted(self.weekdays))
        without = [f"EXDATE;TZID={zone}:{each:%Y%m%d}T{self.begin:%H%M%S}" for each in sorted(self.without)]
        return event(
            f";TZID={zone}:{first:%Y%m%d}T{self.begin:%H%M%S}",
            f";TZID={zone}:{ends:%Y%m%d}T{self.end:%H%M%S}",
            f"RRULE:FREQ=WEEKLY;BYDAY={days}",
            *without,
        )

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The begin and end on the clock of the shift of this day."""
        if day.weekday() not in self.weekdays or day in self.without:
            return None
        ends = day + (DAY if self.end <= self.begin else timedelta())
        return datetime.combine(day, self.begin), datetime.combine(ends, self.end)


def oracle(shifts: list[Weekly], zone: str, since: datetime, minutes: int, days: list[date]) -> Iterator[bool]:
    """Whether there is a shift in each minute.

    It is on from the minute in which the clock shows its begin for the first time until that with its end.
    """
    shown = _first_shown(zone, since, minutes)
    on = [False] * minutes
    for each in shifts:
        for day in days:
            if (edges := each.on(day)) is not None:
                begin, end = (_first(edge, shown) for edge in edges)
                on[begin:end] = [True] * max(0, end - begin)
    return iter(on)


@cache
def _first_shown(zone: str, since: datetime, minutes: int) -> dict[datetime, int]:
    """What the clock shows, and in which minute for the first time."""
    shown: dict[datetime, int] = {}
    for at in range(minutes):
        shown.setdefault((since + at * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None), at)
    return shown


def _first(reading: datetime, shown: dict[datetime, int]) -> int:
    """A reading that the clock skips counts from the last one before it as if it had not been set forward."""
    skipped = 0
    while reading - skipped * MINUTE not in shown:
        skipped += 1
    return shown[reading - skipped * MINUTE] + skipped


quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[str, date, list[Weekly]]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    day = st.integers(-3, 3).map(lambda n: change + n * DAY)
    weekly = st.builds(
        Weekly, st.frozensets(st.integers(0, 6), min_size=1), quarters, quarters, st.frozensets(day, max_size=2)
    )
    return zone, change, draw(st.lists(weekly, min_size=1, max_size=3))


@settings(max_examples=60)
@given(weeks())
def test_a_plan_says_the_same_as_the_clock_on_the_wall(week: tuple[str, date, list[Weekly]]) -> None:
    zone, change, shifts = week
    lines = [line for each in shifts for line in each.lines(zone, change - 60 * DAY)]
    calendar = read_calendar(content_of(f"X-WR-TIMEZONE:{zone}", *lines))
    since = datetime.combine(change - 5 * DAY, time(), UTC)
    minutes = 12 * 24 * 60
    expected = list(oracle(shifts, zone, since, minutes, [change + n * DAY for n in range(-4, 5)]))
    plan = plan_between(calendar, since, since + minutes * MINUTE)
    found = [False] * minutes
    for each in plan.shifts:
        begin, end = (int((edge - since) / MINUTE) for edge in (each.start, each.end))
        found[max(begin, 0) : end] = [True] * max(0, min(end, minutes) - max(begin, 0))
    inside = slice(2 * 24 * 60 + 14 * 60, 8 * 24 * 60)  # minutes in which only shifts of the oracle's days can be
    assert any(expected[inside]) or not any(found[inside])
    assert found[inside] == expected[inside]
