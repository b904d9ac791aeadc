"""The times in which parts are drawn."""

from datetime import timedelta

from chalicelib.reviews.periods import Period, days, periods_of_calendar
from chalicelib.shifts.domain import Zone
from tests.shifts.calendars import TWO_SHIFTS, calendar_of, event, utc

MONDAY, FRIDAY = (utc(f"2026-03-{day} 00:00") for day in (16, 20))


def shown(periods: list[Period]) -> list[str]:
    return [f"{each.start:%d %H:%M} {each.end:%d %H:%M} {each.title}" for each in periods]


def test_a_shift_lasts_until_the_next_one_begins_so_no_part_is_in_two_or_between() -> None:
    """The early shift ends at 13:00 UTC, the night shift begins at 21:00; Wednesday is a holiday."""
    assert shown(periods_of_calendar(calendar_of(*TWO_SHIFTS), MONDAY, FRIDAY)) == [
        "16 05:00 16 21:00 Early",
        "16 21:00 17 05:00 Night",
        "17 05:00 17 21:00 Early",
        "17 21:00 19 05:00 Night",
        "19 05:00 19 21:00 Early",
        "19 21:00 20 05:00 Night",
    ]


def test_it_lasts_no_longer_than_a_day_after_its_end() -> None:
    calendar = calendar_of(*event(":20260316T060000", ":20260316T140000", title="Only"))
    assert shown(periods_of_calendar(calendar, MONDAY, FRIDAY)) == ["16 05:00 17 13:00 Only"]


def test_shifts_that_overlap_share_no_part() -> None:
    calendar = calendar_of(
        *event(":20260316T060000", ":20260316T140000", title="A"),
        *event(":20260316T060000", ":20260316T150000", title="B"),
        *event(":20260316T120000", ":20260316T200000", title="C"),
    )
    assert shown(periods_of_calendar(calendar, MONDAY, FRIDAY)) == ["16 05:00 16 11:00 A", "16 11:00 17 19:00 C"]


def test_a_period_is_the_same_whichever_time_is_asked_for() -> None:
    calendar = calendar_of(*TWO_SHIFTS)
    wide = periods_of_calendar(calendar, MONDAY, FRIDAY)
    for each in wide:
        assert periods_of_calendar(calendar, each.start, each.start + timedelta(seconds=1)) == [each]


def test_days_are_those_of_the_zone_also_when_its_clocks_change() -> None:
    found = list(days(Zone("Europe/Berlin"), utc("2026-03-28 12:00"), utc("2026-03-30 12:00")))
    assert shown(found) == ["28 23:00 29 22:00 2026-03-29", "29 22:00 30 22:00 2026-03-30"]


def test_a_period_is_over_some_minutes_after_its_end() -> None:
    period = Period(MONDAY, FRIDAY, "")
    assert not period.is_over(FRIDAY + timedelta(minutes=4))
    assert period.is_over(FRIDAY + timedelta(minutes=5))
