from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.domain import Partition, digest_of
from tests.lake.samples import an_inspection

lines = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="._-"), min_size=1, max_size=64)


@given(st.dates(), lines)
def test_a_partition_is_read_back_from_the_keys_of_its_files(day: date, line: str) -> None:
    partition = Partition(day, line)
    assert Partition.from_key(f"{partition.prefix}0123.parquet") == partition


@pytest.mark.parametrize(
    "key",
    [
        "lake/inspections/",
        "lake/inspections/dt=2026-03-14/line=L1/",
        "lake/inspections/dt=2026-03-14/line=L1/notes.txt",
        "lake/inspections/dt=2026-03-14/x.parquet",
        "lake/inspections/dt=2026-02-30/line=L1/x.parquet",
        "elsewhere/dt=2026-03-14/line=L1/x.parquet",
    ],
)
def test_a_key_that_is_not_a_file_of_the_lake_has_no_partition(key: str) -> None:
    with pytest.raises(ValueError, match=r"is not a file of the lake|day"):
        Partition.from_key(key)


def test_an_inspection_keeps_its_partition_when_its_time_of_capture_becomes_known() -> None:
    inspection = an_inspection(1)
    late = replace(inspection, captured_at=inspection.captured_at + timedelta(days=3))
    assert Partition.of(late) == Partition.of(inspection) == Partition(date(2026, 3, 14), "L1")


def test_a_key_without_a_day_has_the_day_of_capture_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    stray = replace(an_inspection(1), key="images/oddly named", captured_at=datetime(2026, 3, 15, 3, tzinfo=tokyo))
    assert Partition.of(stray).day == date(2026, 3, 14)


def test_the_same_set_of_names_has_one_digest() -> None:
    assert digest_of(["a", "b"]) == digest_of(["b", "a", "b"])
    assert len({digest_of(names) for names in ([], ["a"], ["b"], ["a", "b"], ["ab"])}) == 5
