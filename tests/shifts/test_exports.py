"""Files as Outlook, Google and Apple export them mean what their owners see."""

from datetime import date

from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.domain import Calendar
from tests.shifts.calendars import FILES, days, local_shifts


def exported(name: str) -> Calendar:
    return read_calendar((FILES / name).read_bytes())


def test_outlook_names_zones_as_windows_does() -> None:
    calendar = exported("outlook.ics")
    assert calendar.zone == "Europe/Berlin"
    assert local_shifts(calendar, date(2026, 1, 5), date(2026, 1, 5)) == [
        "01-05 06:00 - 01-05 14:00 Frühschicht",
        "01-05 22:00 - 01-06 06:00 Nachtschicht",
    ]


def test_an_occurrence_that_was_moved_in_outlook_stands_at_its_new_time_only() -> None:
    assert local_shifts(exported("outlook.ics"), date(2026, 3, 12), date(2026, 3, 12)) == [
        "03-12 08:00 - 03-12 12:00 Frühschicht (Inventur)",
        "03-12 22:00 - 03-13 06:00 Nachtschicht",
    ]


def test_deleted_occurrences_and_holidays_of_outlook_have_no_shift() -> None:
    calendar = exported("outlook.ics")
    easter = local_shifts(calendar, date(2026, 4, 3), date(2026, 4, 6))
    assert easter == ["04-06 22:00 - 04-07 06:00 Nachtschicht"]  # only early shifts are excluded at Easter
    assert local_shifts(calendar, date(2026, 5, 1), date(2026, 5, 1)) == []  # the category says Feiertag
    assert local_shifts(calendar, date(2026, 8, 3), date(2026, 8, 14)) == []  # out of office


def test_what_outlook_shows_as_free_is_no_shift() -> None:
    calendar = exported("outlook.ics")
    assert calendar.free == 1
    assert "Geburtstag" not in " ".join(local_shifts(calendar, date(2026, 3, 17), date(2026, 3, 17)))


def test_a_series_of_outlook_ends_with_its_until() -> None:
    calendar = exported("outlook.ics")
    nights = [each for each in local_shifts(calendar, date(2026, 12, 21), date(2026, 12, 31)) if "Nacht" in each]
    assert days(nights) == ["12-21", "12-22", "12-23", "12-24"]


def test_night_shifts_of_google_begin_and_end_by_the_clock_when_clocks_change() -> None:
    """In Chicago the clocks go forward on 8 March 2026 and back on 1 November."""
    calendar = exported("google.ics")
    assert local_shifts(calendar, date(2026, 3, 7), date(2026, 3, 7)) == ["03-07 22:00 - 03-08 06:00 Night shift"]
    assert local_shifts(calendar, date(2026, 10, 31), date(2026, 10, 31)) == ["10-31 22:00 - 11-01 06:00 Night shift"]


def test_google_writes_single_events_in_utc_and_they_stand_on_the_clock_of_the_calendar() -> None:
    [overtime] = [
        each for each in local_shifts(exported("google.ics"), date(2026, 3, 14), date(2026, 3, 14)) if "over" in each
    ]
    assert overtime == "03-14 08:00 - 03-14 12:00 Saturday overtime, line 3 only"


def test_moved_and_cancelled_occurrences_of_google() -> None:
    calendar = exported("google.ics")
    assert local_shifts(calendar, date(2026, 3, 11), date(2026, 3, 12)) == [
        "03-11 20:00 - 03-12 02:00 Night shift (early)"
    ]
    assert calendar.cancelled == 1


def test_an_all_day_event_of_google_that_says_closed_closes_the_plant() -> None:
    calendar = exported("google.ics")
    assert days(local_shifts(calendar, date(2026, 3, 19), date(2026, 3, 21))) == ["03-19", "03-21"]


def test_apple_counts_recurrences_of_every_second_week() -> None:
    calendar = exported("apple.ics")
    assert days(local_shifts(calendar, date(2026, 3, 2), date(2026, 3, 6))) == ["03-02", "03-03", "03-05", "03-06"]
    assert days(local_shifts(calendar, date(2026, 3, 9), date(2026, 3, 13))) == []
    last = [each for each in local_shifts(calendar, date(2026, 3, 2), date(2026, 12, 31)) if "Tag" in each]
    assert len(last) == 19  # 20 by COUNT, of which EXDATE takes one
    assert days(last)[-1] == "04-17"


def test_apple_adds_dates_with_the_length_of_the_event_and_periods_with_their_own() -> None:
    saturdays = [
        each for each in local_shifts(exported("apple.ics"), date(2026, 3, 7), date(2026, 3, 21)) if "Sam" in each
    ]
    assert saturdays == [
        "03-07 08:00 - 03-07 12:00 Samstag",
        "03-14 08:00 - 03-14 14:00 Samstag",
        "03-21 08:00 - 03-21 12:00 Samstag",
    ]
