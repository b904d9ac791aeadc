"""What the lake says of its rows, without reading what they say."""

from pathlib import Path

import pytest

from chalicelib.adapters.s3_lake import ParquetLake
from chalicelib.domain.lake import LakeRow, Partition
from chalicelib.errors import LakeFileUnreadable
from chalicelib.events import fact_of
from chalicelib.stages.archiving import archive
from chalicelib.stages.compacting import compact
from tests.lake.samples import FolderS3, an_inspection, history

PARTITION = Partition.of(an_inspection(1))


def rows_of(lake: ParquetLake) -> set[LakeRow]:
    return set(lake.rows(PARTITION))


def test_each_row_tells_its_identity_and_its_rank(tmp_path: Path) -> None:
    lake, facts = ParquetLake(FolderS3(tmp_path), "bucket"), history(1)
    for fact in facts:
        archive([fact], lake=lake)
    archive([fact_of(an_inspection(2, days=1))], lake=lake)
    told = {LakeRow(f.inspection.inspection_id, "live", f.inspection.revision, f.occurred_at) for f in facts}
    assert rows_of(lake) == told
    compact(lake=lake)
    assert rows_of(lake) == {max(told, key=lambda row: row.rank)}


def test_a_partition_without_files_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(ParquetLake(FolderS3(tmp_path), "bucket")) == set()


def test_rows_are_all_read_also_when_compaction_takes_their_files_away_meanwhile(tmp_path: Path) -> None:
    calm = ParquetLake(FolderS3(tmp_path), "bucket")
    facts = [fact_of(an_inspection(number)) for number in range(3)]
    for fact in facts:
        archive([fact], lake=calm)

    def compacting(call: int) -> None:
        if call == 3:
            compact(lake=calm)

    lake = ParquetLake(FolderS3(tmp_path, before=compacting), "bucket")
    assert {row.inspection_id for row in rows_of(lake)} == {fact.inspection.inspection_id for fact in facts}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / PARTITION.prefix / "broken.parquet"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PAR1 no more")
    with pytest.raises(LakeFileUnreadable, match=r"broken\.parquet"):
        rows_of(ParquetLake(FolderS3(tmp_path), "bucket"))
