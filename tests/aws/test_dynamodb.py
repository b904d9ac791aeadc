"""Values are stored so that they sort, and so that DynamoDB accepts them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.dynamodb import plain, timestamp
from tests.support.builders import NOON

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30), timezones=OFFSETS)  # noqa: DTZ001 - as hypothesis asks


@given(TIMES, TIMES)
def test_stored_times_sort_in_the_order_of_the_times(one: datetime, other: datetime) -> None:
    assert (timestamp(one) < timestamp(other)) == (one < other)


def test_a_time_without_microseconds_sorts_before_the_next_microsecond() -> None:
    assert timestamp(NOON) < timestamp(NOON + timedelta(microseconds=1)) < timestamp(NOON + timedelta(seconds=1))


def test_a_stored_time_is_in_utc() -> None:
    assert timestamp(NOON.astimezone(timezone(timedelta(hours=9)))) == timestamp(NOON.astimezone(UTC))


def test_a_list_is_read_without_the_types_of_its_values_and_a_set_as_it_is() -> None:
    item: dict[str, dict[str, object]] = {
        "boxes": {"L": [{"L": [{"N": "1"}]}]},
        "odd": {"SS": ["a"]},
        "odder": {"NS": ["1"]},
    }
    assert plain(item) == {"boxes": [["1"]], "odd": ["a"], "odder": ["1"]}
