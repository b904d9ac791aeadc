"""What events mean: recurrences, exceptions, closures, zones, and the changes of clocks."""

from datetime import date

from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.s3 import CALENDAR
from tests.shifts.calendars import calendar_of, content_of, days, event, local_shifts, utc

MONDAY, FRIDAY, SUNDAY = date(2026, 3, 23), date(2026, 3, 27), date(2026, 3, 29)
EARLY = event(":20260302T060000", ":20260302T140000", "UID:early", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
NIGHT = (":20260301T220000", ":20260302T060000", "RRULE:FREQ=DAILY")
OWN_ZONE = [
    *("BEGIN:VTIMEZONE", "TZID:Plant", "BEGIN:STANDARD", "DTSTART:16011028T030000"),
    *("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD"),
    *("BEGIN:DAYLIGHT", "DTSTART:16010325T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
    *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"),
]


def test_a_night_shift_ends_by_the_clock_when_the_clocks_go_forward_and_back() -> None:
    calendar = calendar_of(*event(*NIGHT))
    assert local_shifts(calendar, date(2026, 3, 28), date(2026, 3, 28)) == ["03-28 22:00 - 03-29 06:00 Shift"]
    assert local_shifts(calendar, date(2026, 10, 24), date(2026, 10, 24)) == ["10-24 22:00 - 10-25 06:00 Shift"]


def test_a_shift_with_a_duration_in_hours_lasts_that_many_hours() -> None:
    lines = ["BEGIN:VEVENT", "DTSTART:20260301T220000", "DURATION:PT8H", "RRULE:FREQ=DAILY", "END:VEVENT"]
    assert local_shifts(calendar_of(*lines), date(2026, 3, 28), date(2026, 3, 28)) == ["03-28 22:00 - 03-29 07:00"]
    assert local_shifts(calendar_of(*lines), date(2026, 10, 24), date(2026, 10, 24)) == ["10-24 22:00 - 10-25 05:00"]


def test_a_duration_in_days_is_by_the_calendar() -> None:
    lines = ["BEGIN:VEVENT", "DTSTART:20260328T060000", "DURATION:P1DT2H", "END:VEVENT"]
    assert local_shifts(calendar_of(*lines), date(2026, 3, 28), date(2026, 3, 28)) == ["03-28 06:00 - 03-29 08:00"]


def test_a_begin_that_the_clock_skips_is_as_before_the_gap_and_one_that_comes_twice_is_the_first() -> None:
    """Source: RFC 5545, section 3.3.5."""
    skipped = calendar_of(*event(":20260329T023000", ":20260329T060000"))
    assert local_shifts(skipped, SUNDAY, SUNDAY) == ["03-29 03:30 - 03-29 06:00 Shift"]
    twice = calendar_of(*event(":20261025T023000", ":20261025T060000"))
    assert twice.home.utc(twice.events[0].start) == utc("2026-10-25 00:30")


def test_a_zone_that_only_the_file_defines_changes_its_clocks_by_the_file() -> None:
    calendar = read_calendar(
        content_of(*OWN_ZONE, *event(";TZID=Plant:20260301T220000", ";TZID=Plant:20260302T060000", NIGHT[2]))
    )
    berlin = calendar_of(*event(*NIGHT))
    for day in (date(2026, 3, 28), date(2026, 7, 1), date(2026, 10, 24), date(2026, 12, 1)):
        assert local_shifts(calendar, day, day) == local_shifts(berlin, day, day)
        assert calendar.home.utc(calendar.events[0].start) == berlin.home.utc(berlin.events[0].start)


def test_a_day_in_a_file_without_times_is_in_the_one_zone_that_the_file_defines() -> None:
    calendar = read_calendar(content_of(*OWN_ZONE, *event(";VALUE=DATE:20260314", ";VALUE=DATE:20260315")))
    assert local_shifts(calendar, date(2026, 3, 14), date(2026, 3, 14)) == ["03-14 00:00 - 03-15 00:00 Shift"]


def test_an_event_in_another_zone_stands_where_it_is_on_the_clock_of_the_plant() -> None:
    calendar = calendar_of(*event(";TZID=Asia/Tokyo:20260314T150000", ";TZID=Europe/Berlin:20260314T140000"))
    assert local_shifts(calendar, date(2026, 3, 14), date(2026, 3, 14)) == ["03-14 07:00 - 03-14 14:00 Shift"]


def test_utc_times_recur_on_the_clock_of_the_calendar_that_names_its_zone() -> None:
    lines = event(":20260302T050000Z", ":20260302T130000Z", "RRULE:FREQ=DAILY")
    assert local_shifts(calendar_of(*lines), date(2026, 7, 1), date(2026, 7, 1)) == ["07-01 06:00 - 07-01 14:00 Shift"]
    assert local_shifts(read_calendar(content_of(*lines)), date(2026, 7, 1), date(2026, 7, 1)) == [
        "07-01 05:00 - 07-01 13:00 Shift"
    ]


def test_exceptions_leave_out_what_they_name_in_whichever_zone_or_as_a_day() -> None:
    lines = [
        *EARLY[:-1],
        "EXDATE;TZID=Europe/Berlin:20260323T060000",
        "EXDATE:20260324T050000Z",
        "EXDATE;VALUE=DATE:20260325,20260326",
        "END:VEVENT",
    ]
    assert days(local_shifts(calendar_of(*lines), MONDAY, FRIDAY)) == ["03-27"]


def test_a_change_of_this_and_all_future_events_moves_the_rest_of_the_series() -> None:
    change = event(
        ":20260325T070000", ":20260325T120000", "UID:early", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260325T060000"
    )
    assert local_shifts(calendar_of(*EARLY, *change), MONDAY, FRIDAY) == [
        "03-23 06:00 - 03-23 14:00 Shift",
        "03-24 06:00 - 03-24 14:00 Shift",
        "03-25 07:00 - 03-25 12:00 Shift",
        "03-26 07:00 - 03-26 12:00 Shift",
        "03-27 07:00 - 03-27 12:00 Shift",
    ]


def test_the_newest_revision_of_an_event_counts() -> None:
    old = event(":20260314T060000", ":20260314T140000", "UID:a", "SEQUENCE:1")
    new = event(":20260314T080000", ":20260314T120000", "UID:a", "SEQUENCE:2")
    for lines in ([*old, *new], [*new, *old]):
        assert local_shifts(calendar_of(*lines), date(2026, 3, 14), date(2026, 3, 14)) == [
            "03-14 08:00 - 03-14 12:00 Shift"
        ]


def test_an_occurrence_can_be_moved_to_another_week() -> None:
    change = event(":20260404T060000", ":20260404T140000", "UID:early", "RECURRENCE-ID:20260325T060000")
    calendar = calendar_of(*EARLY, *change)
    assert days(local_shifts(calendar, MONDAY, FRIDAY)) == ["03-23", "03-24", "03-26", "03-27"]
    assert days(local_shifts(calendar, date(2026, 4, 4), date(2026, 4, 4))) == ["04-04"]


def test_a_shift_that_begins_in_a_closure_does_not_take_place_and_one_that_began_before_does() -> None:
    holiday = event(";VALUE=DATE:20260325", ";VALUE=DATE:20260326", title="Holiday: plant party")
    calendar = calendar_of(*event(*NIGHT, title="Night"), *EARLY, *holiday)
    assert local_shifts(calendar, date(2026, 3, 24), date(2026, 3, 26)) == [
        "03-24 06:00 - 03-24 14:00 Shift",
        "03-24 22:00 - 03-25 06:00 Night",
        "03-26 06:00 - 03-26 14:00 Shift",
        "03-26 22:00 - 03-27 06:00 Night",
    ]


def test_a_shift_named_after_a_holiday_is_a_shift() -> None:
    calendar = calendar_of(*event(":20260325T060000", ":20260325T140000", title="Holiday shift"))
    assert days(local_shifts(calendar, MONDAY, FRIDAY)) == ["03-25"]


def test_several_shifts_a_day_in_one_rule() -> None:
    lines = event(":20260323T060000", ":20260323T080000", "RRULE:FREQ=DAILY;BYHOUR=6,14,22;COUNT=4")
    assert local_shifts(calendar_of(*lines), MONDAY, FRIDAY) == [
        "03-23 06:00 - 03-23 08:00 Shift",
        "03-23 14:00 - 03-23 16:00 Shift",
        "03-23 22:00 - 03-24 00:00 Shift",
        "03-24 06:00 - 03-24 08:00 Shift",
    ]


def test_the_last_friday_of_a_month_and_a_first_day_that_the_rule_does_not_have() -> None:
    lines = event(":20260202T060000", ":20260202T140000", "RRULE:FREQ=MONTHLY;BYDAY=-1FR")
    assert days(local_shifts(calendar_of(*lines), date(2026, 2, 1), date(2026, 4, 30))) == [
        "02-02",
        "02-27",
        "03-27",
        "04-24",
    ]


def test_a_file_with_several_calendars_is_read_whole() -> None:
    content = content_of("X-WR-TIMEZONE:Europe/Berlin", *EARLY) + content_of(*event(*NIGHT, title="Night"))
    assert len(local_shifts(read_calendar(content), MONDAY, MONDAY)) == 2


def test_what_is_stored_of_a_calendar_means_the_same() -> None:
    calendar = read_calendar(
        content_of(*OWN_ZONE, *EARLY[:1], "DTSTART;TZID=Plant:20260302T060000", *EARLY[2:3], *EARLY[3:])
    )
    assert CALENDAR.validate_json(CALENDAR.dump_json(calendar)) == calendar
