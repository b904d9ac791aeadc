"""Which days are compared."""

from datetime import date

from chalicelib.recovery.domain import AGES, QUEUE_KEEPS, days_between, nightly_days


def test_each_night_compares_the_last_days_and_older_ones_newest_first() -> None:
    days = nightly_days(date(2026, 3, 2))
    assert days[:4] == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 27)]
    assert days == sorted(days, reverse=True)


def test_a_day_is_compared_after_the_queue_has_deleted_its_images() -> None:
    assert any(age > QUEUE_KEEPS.days for age in AGES)


def test_both_ends_of_a_range_of_days_are_compared() -> None:
    assert days_between(date(2026, 2, 27), date(2026, 3, 1)) == [
        date(2026, 3, 1),
        date(2026, 2, 28),
        date(2026, 2, 27),
    ]
    assert days_between(date(2026, 3, 1), date(2026, 3, 1)) == [date(2026, 3, 1)]
