"""When the images of a day are due, by the clock of a zone."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis.strategies import datetimes, sampled_from, times

from chalicelib.shifts.day import due_between, last_due
from chalicelib.shifts.domain import EndOfDay
from tests.shifts.calendars import utc


def test_the_time_is_that_of_the_clock_in_the_zone() -> None:
    end = EndOfDay(at=time(2, 30), zone="Europe/Berlin", set_at=utc("2026-03-16 20:00"))
    assert last_due(end, utc("2026-03-29 12:00")) == utc("2026-03-29 01:30")  # 02:30 does not exist: 03:30
    assert last_due(end, utc("2026-10-25 12:00")) == utc("2026-10-25 00:30")  # it comes twice: the first one
    assert last_due(end, utc("2026-10-25 00:29")) == utc("2026-10-24 00:30")


@given(
    at=times(),
    zone=sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    first=datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 - hypothesis wants it so
)
@settings(max_examples=40)
def test_a_week_shows_each_instant_at_which_the_images_of_a_day_are_due(at: time, zone: str, first: datetime) -> None:
    since = first.replace(tzinfo=UTC)
    until, set_at = since + timedelta(days=7), since + timedelta(hours=30)
    end = EndOfDay(at=at.replace(second=0, microsecond=0), zone=zone, set_at=set_at)
    quarters = (set_at + number * timedelta(minutes=15) for number in range(7 * 96))
    due = {last_due(end, quarter) for quarter in quarters}
    assert due_between(end, since, until) == sorted(each for each in due if set_at < each < until)
