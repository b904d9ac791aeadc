"""The identities and ranks of the lake's rows."""

from pathlib import Path

from chalicelib.core.events import event_of
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import LakeRow, Partition
from chalicelib.lake.s3 import ParquetLake
from tests.lake.samples import FolderS3, an_inspection, history
from tests.support.fake_client import as_client
from tests.support.readable import readable

PARTITION = Partition.of(an_inspection(1))


def rows_of(lake: ParquetLake) -> set[LakeRow]:
    return set(readable(lake.rows(PARTITION)))


def test_each_row_has_its_identity_and_its_rank(tmp_path: Path) -> None:
    lake, events = ParquetLake(as_client(FolderS3(tmp_path)), "bucket"), history(1)
    for event in events:
        archive([event], lake=lake)
    archive([event_of(an_inspection(2, days=1))], lake=lake)
    rows = {LakeRow(f.inspection.inspection_id, "live", "plates", f.inspection.revision, f.occurred_at) for f in events}
    assert rows_of(lake) == rows
    compact(lake=lake)
    assert rows_of(lake) == {max(rows, key=lambda row: row.rank)}


def test_a_partition_without_files_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(ParquetLake(as_client(FolderS3(tmp_path)), "bucket")) == set()


def test_all_rows_are_read_also_when_compaction_deletes_their_files_meanwhile(tmp_path: Path) -> None:
    calm = ParquetLake(as_client(FolderS3(tmp_path)), "bucket")
    events = [event_of(an_inspection(number)) for number in range(3)]
    for event in events:
        archive([event], lake=calm)

    def compacting(call: int) -> None:
        if call == 3:
            compact(lake=calm)

    lake = ParquetLake(as_client(FolderS3(tmp_path, before=compacting)), "bucket")
    assert {row.inspection_id for row in rows_of(lake)} == {event.inspection.inspection_id for event in events}


def test_a_broken_file_is_named_and_hides_no_other(tmp_path: Path) -> None:
    lake = ParquetLake(as_client(FolderS3(tmp_path)), "bucket")
    archive([event_of(an_inspection(1))], lake=lake)
    broken = tmp_path / PARTITION.prefix / "0.parquet"
    broken.write_bytes(b"PAR1 no more")
    (tmp_path / PARTITION.prefix / "_SUCCESS").write_bytes(b"")
    unreadable, row = lake.rows(PARTITION)
    assert isinstance(unreadable, Unreadable)
    assert unreadable.name.endswith("/0.parquet")
    assert isinstance(row, LakeRow)
