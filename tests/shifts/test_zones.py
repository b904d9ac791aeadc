"""A zone that a file defines has the clocks of the zone of that name; rules that begin long ago go on."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.domain import Zone
from tests.shifts.calendars import calendar_of, content_of, days, event, local_shifts, utc
from tests.shifts.test_meaning import OWN_ZONE

BERLIN = Zone("Europe/Berlin")


def own_zone() -> Zone:
    return read_calendar(
        content_of(*OWN_ZONE, *event(";TZID=Plant:20260301T220000", ";TZID=Plant:20260302T060000"))
    ).home


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1), date(2031, 3, 30)])
def test_local_times_are_the_same_instants(day: date) -> None:
    """Also those that occur twice or not at all."""
    zone, midnight = own_zone(), datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local time
    for minutes in range(0, 1440, 10):
        local = midnight + timedelta(minutes=minutes)
        assert zone.utc(local) == BERLIN.utc(local), local


@pytest.mark.parametrize("instant", ["2026-03-29 00:00", "2026-10-24 23:00", "2026-01-01 00:00"])
def test_instants_are_the_same_local_times(instant: str) -> None:
    zone, first = own_zone(), utc(instant)
    for minutes in range(0, 300, 10):
        moment = first + timedelta(minutes=minutes)
        assert zone.local(moment) == BERLIN.local(moment), moment


def test_a_rule_that_began_long_ago_goes_on_in_its_own_weeks() -> None:
    lines = event(":20100104T060000", ":20100104T140000", "RRULE:FREQ=WEEKLY;INTERVAL=3")
    first = date(2010, 1, 4)
    expected = [first + timedelta(weeks=3 * n) for n in range(400)]
    found = days(local_shifts(calendar_of(*lines), date(2026, 3, 1), date(2026, 5, 31)))
    assert found == [f"{each:%m-%d}" for each in expected if date(2026, 3, 1) <= each <= date(2026, 5, 31)]


def test_a_rule_that_began_long_ago_and_is_counted_has_ended() -> None:
    lines = event(":20100104T060000", ":20100104T140000", "RRULE:FREQ=DAILY;COUNT=400")
    assert local_shifts(calendar_of(*lines), date(2026, 3, 1), date(2026, 5, 31)) == []
    assert len(local_shifts(calendar_of(*lines), date(2010, 1, 1), date(2012, 1, 1))) == 400
