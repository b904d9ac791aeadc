"""The rows of a day, to count them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import Partition
from chalicelib.lake.s3 import ParquetLake
from tests.lake.generated import events, valid
from tests.lake.samples import FolderS3, files_of
from tests.support.fake_client import as_client

COLUMNS = ("inspection_id", "project", "camera", "captured_at", "verdict", "run")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = [date(2026, 3, 13) + timedelta(days=at) for at in range(5)]


def lake_of(folder: Path, seed: int = 1) -> tuple[ParquetLake, list[Any]]:
    lake, made = ParquetLake(as_client(FolderS3(folder)), "bucket"), events(seed)
    for start in range(0, len(made), 60):
        assert not any(archive(made[start : start + 60], lake=lake))
    return lake, made


def live_rows(lake: ParquetLake, day: date) -> set[tuple[Any, ...]]:
    found = list(lake.current(day, COLUMNS))
    assert len(found) == len({(row[0], row[5]) for row in found if not isinstance(row, Unreadable)})
    return {row for row in found if not isinstance(row, Unreadable) and row[5] == "live"}


@pytest.mark.parametrize("seed", range(5))
def test_each_inspection_of_a_day_is_there_once_by_its_newest_row(tmp_path: Path, seed: int) -> None:
    lake, made = lake_of(tmp_path, seed)
    expected: dict[date, set[tuple[Any, ...]]] = {day: set() for day in DAYS}
    for each in valid(made):
        at = (each.captured_at - EPOCH) // timedelta(microseconds=1)
        row = (each.inspection_id, each.project, each.camera, at, each.verdict.value, "live", each.line)
        expected[Partition.of(each).day].add(row)
    assert {day: live_rows(lake, day) for day in DAYS} == expected
    compact(lake=lake)
    assert {day: live_rows(lake, day) for day in DAYS} == expected


def test_a_broken_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    lake, _ = lake_of(tmp_path)
    day = next(day for day in DAYS if live_rows(lake, day))
    broken = next(file for file in files_of(tmp_path) if f"dt={day}" in str(file))
    broken.write_bytes(b"nothing")
    [unreadable] = [each for each in lake.current(day, COLUMNS) if isinstance(each, Unreadable)]
    assert unreadable.name == str(broken.relative_to(tmp_path))


def test_files_that_compaction_deletes_meanwhile_are_read_from_where_their_rows_are_now(tmp_path: Path) -> None:
    lake, _ = lake_of(tmp_path)
    s3 = FolderS3(tmp_path)
    day = next(day for day in DAYS if live_rows(lake, day))
    expected = live_rows(lake, day)

    def compact_after_the_list(call: int) -> None:
        if call == 1:
            compact(lake=lake)

    s3.after = compact_after_the_list
    assert live_rows(ParquetLake(as_client(s3), "bucket"), day) == expected


def test_a_day_was_written_when_its_newest_file_was(tmp_path: Path) -> None:
    lake, _ = lake_of(tmp_path)
    assert lake.written_at(date(2020, 1, 1)) is None
    written = lake.written_at(next(day for day in DAYS if live_rows(lake, day)))
    assert written is not None
    assert datetime.now(UTC) - written < timedelta(minutes=5)
