from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pyarrow.parquet as pq
import pytest
from pyarrow.dataset import dataset
from pyarrow.fs import S3FileSystem

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.s3 import ParquetLake
from linewatch.operate.lake import Counts, counts, open_lake
from tests.lake.samples import FolderS3, an_inspection, files_of, history
from tests.support.fake_client import as_client
from tests.support.served_aws import served_aws

ANOMALOUS = [
    event_of(an_inspection(number, line=line, days=days, verdict=Verdict.ANOMALOUS))
    for number, line, days in ((20, "L1", 0), (21, "07", 0), (22, "L1", 1))
]
SHADOW = [event_of(replace(event.inspection, run="shadow#8")) for event in ANOMALOUS]
EVENTS = [*history(1), *history(2, days=1), *history(3, line="07"), *ANOMALOUS, *SHADOW]
READ_PARQUET = """
    SELECT DISTINCT line, dt FROM read_parquet(?, hive_partitioning = true, hive_types = {'dt': DATE, 'line': VARCHAR})
"""


def in_the_table(events: list[AnyInspectionEvent]) -> Counts:
    """The counts of the table of inspections: one live item each, in its last revision."""
    items: dict[str, Inspection] = {
        event.inspection.inspection_id: event.inspection for event in events if event.inspection.run == "live"
    }
    return dict(Counter((i.project, i.line, i.captured_at.astimezone(UTC).date(), i.verdict) for i in items.values()))


def stored(s3: Any, bucket: str = "bucket") -> ParquetLake:
    lake = ParquetLake(s3, bucket)
    for start in range(0, len(EVENTS), 4):
        assert not any(archive(EVENTS[start : start + 4], lake=lake))
    assert not any(archive(EVENTS[2:9], lake=lake))
    return lake


def test_the_counts_of_the_lake_equal_those_of_the_table_before_and_after_compaction(tmp_path: Path) -> None:
    lake = stored(FolderS3(tmp_path))
    assert counts(open_lake(str(tmp_path))) == in_the_table(EVENTS)
    assert compact(lake=lake) == 3
    assert counts(open_lake(str(tmp_path))) == in_the_table(EVENTS)


def test_files_from_before_the_boxes_and_later_ones_are_read_together(tmp_path: Path) -> None:
    """In Python, and in SQL as the reference says."""
    lake = ParquetLake(as_client(FolderS3(tmp_path)), "bucket")
    assert not any(archive([event_of(an_inspection(1))], lake=lake))
    [old] = files_of(tmp_path)
    later = ["worst_box", "boxes", "area_fraction", "features", "brightness", "training_distance"]
    table = pq.read_table(old).drop_columns(later)
    pq.write_table(table, old)
    unfamiliar = an_inspection(2, verdict=Verdict.UNFAMILIAR, boxes=(Box(1, 2, 30, 40),), brightness=9.5)
    assert not any(archive([event_of(unfamiliar)], lake=lake))
    query = "SELECT verdict, worst_box, brightness FROM {} ORDER BY inspection_id"
    expected = [("normal", None, None), ("unfamiliar", "[1, 2, 30, 40]", 9.5)]
    assert open_lake(str(tmp_path)).execute(query.format("current")).fetchall() == expected
    files = f"read_parquet('{tmp_path}/**/*.parquet', hive_partitioning = true, union_by_name = true)"
    assert duckdb.execute(query.format(files)).fetchall() == expected


def test_a_lake_without_files_counts_nothing(tmp_path: Path) -> None:
    assert counts(open_lake(str(tmp_path))) == {}


def test_two_open_lakes_are_independent(tmp_path: Path) -> None:
    stored(FolderS3(tmp_path))
    full, empty = open_lake(str(tmp_path)), open_lake(str(tmp_path / "empty"))
    assert counts(empty) == {}
    assert counts(full) == in_the_table(EVENTS)


def test_one_day_of_one_line_is_read_only_from_its_own_files(tmp_path: Path) -> None:
    stored(FolderS3(tmp_path))
    broken = tmp_path / "lake/inspections/dt=2026-03-15/line=L1/broken.parquet"
    broken.write_bytes(b"not Parquet")
    lake = open_lake(str(tmp_path))
    rows = lake.execute("SELECT count(*) FROM current WHERE dt = '2026-03-14' AND line = '07'").fetchall()
    assert rows == [(3,)]


def test_duckdb_reads_the_folders_and_keeps_a_leading_zero_of_a_line(tmp_path: Path) -> None:
    stored(FolderS3(tmp_path))
    found = duckdb.execute(READ_PARQUET, [f"{tmp_path}/lake/inspections/*/*/*.parquet"]).fetchall()
    days = date(2026, 3, 14), date(2026, 3, 15)
    assert set(found) == {("07", days[0]), ("L1", days[0]), ("L1", days[1])}


def test_pyarrow_reads_the_folders_also_when_lines_look_like_numbers(tmp_path: Path) -> None:
    stored(FolderS3(tmp_path))
    table = dataset(tmp_path / "lake/inspections", partitioning="hive").to_table()
    assert {"dt", "line"} <= set(table.column_names)
    assert len(table) > len(EVENTS)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A local S3 that speaks HTTP."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with served_aws() as address:
        yield address


def test_a_lake_in_s3_is_read_like_one_in_a_folder(endpoint: str) -> None:
    s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    s3.create_bucket(Bucket="linewatch-test")
    lake = stored(s3, "linewatch-test")
    files = S3FileSystem(access_key="testing", secret_key="testing", region="us-east-1", endpoint_override=endpoint)
    assert counts(open_lake("linewatch-test", files)) == in_the_table(EVENTS)
    assert compact(lake=lake) == 3
    assert counts(open_lake("linewatch-test", files)) == in_the_table(EVENTS)
