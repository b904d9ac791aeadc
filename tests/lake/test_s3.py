from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.errors import CompactionFailed, LakeFileGone
from chalicelib.core.events import event_of
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import Partition
from chalicelib.lake.parquet import encode
from chalicelib.lake.s3 import ParquetLake
from tests.lake.samples import FolderS3, an_inspection, history
from tests.support.fake_client import as_client

BUCKET = "linewatch-test"


@pytest.fixture(params=["moto", "folder"])
def s3(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of moto's S3, and the folder that replaces it in tests with fault injection."""
    if request.param == "folder":
        yield FolderS3(tmp_path)
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def lake(s3: Any) -> ParquetLake:
    return ParquetLake(s3, BUCKET)


def keys_in(lake: ParquetLake) -> list[str]:
    return [key for _, keys in lake.partitions() for key in keys]


def test_a_batch_makes_one_file_for_each_day_and_line(lake: ParquetLake) -> None:
    lines_and_days = [("L1", 0), ("L1", 1), ("07", 0), ("L1", 0)]
    events = [event_of(an_inspection(n, line=line, days=days)) for n, (line, days) in enumerate(lines_and_days)]
    assert archive(events, lake=lake) == [None] * 4
    folders = [key.rsplit("/", 1)[0] for key in keys_in(lake)]
    assert folders == [
        "lake/inspections/dt=2026-03-14/line=07",
        "lake/inspections/dt=2026-03-14/line=L1",
        "lake/inspections/dt=2026-03-15/line=L1",
    ]


def test_every_revision_of_an_inspection_goes_to_the_day_in_its_object_key(lake: ParquetLake) -> None:
    archive(history(1), lake=lake)
    assert {partition for partition, _ in lake.partitions()} == {Partition.of(an_inspection(1))}


def test_a_batch_delivered_again_in_another_order_makes_no_second_file(lake: ParquetLake) -> None:
    events = [event_of(an_inspection(number)) for number in range(3)]
    assert archive(events, lake=lake) == [None] * 3
    assert archive([*events[::-1], events[0]], lake=lake) == [None] * 4
    assert len(keys_in(lake)) == 1


def test_an_event_that_is_twice_in_a_batch_is_one_row(lake: ParquetLake) -> None:
    event = event_of(an_inspection(1))
    assert archive([event, event], lake=lake) == [None, None]
    assert len(list(lake.rows(Partition.of(event.inspection)))) == 1


def test_compaction_leaves_one_file_and_then_nothing_to_do(lake: ParquetLake) -> None:
    for event in history(1):
        archive([event], lake=lake)
    assert len(keys_in(lake)) == 3
    assert compact(lake=lake) == 1
    assert len(keys_in(lake)) == 1
    assert compact(lake=lake) == 0


def test_compaction_merges_an_old_day_again_when_a_review_arrives(lake: ParquetLake) -> None:
    failed, inspected, reviewed = history(1)
    archive([failed], lake=lake)
    archive([inspected], lake=lake)
    compact(lake=lake)
    archive([reviewed], lake=lake)
    assert compact(lake=lake) == 1
    assert len(keys_in(lake)) == 1


def test_merging_files_again_deletes_the_inputs_and_keeps_the_output(s3: Any, lake: ParquetLake) -> None:
    archive([event_of(an_inspection(1))], lake=lake)
    archive([event_of(an_inspection(2))], lake=lake)
    ((partition, inputs),) = lake.partitions()
    contents = {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in inputs}
    lake.compact(partition, inputs)
    output = keys_in(lake)
    for key, content in contents.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content, IfNoneMatch="*")
    lake.compact(partition, inputs)
    assert keys_in(lake) == output


def test_when_the_merged_file_cannot_be_written_no_input_is_deleted(tmp_path: Path) -> None:
    class FullS3(FolderS3):
        """Has no space for another object."""

        def put_object(self, **_: Any) -> None:
            raise OSError("no space")

    for event in history(1):
        archive([event], lake=ParquetLake(as_client(FolderS3(tmp_path)), BUCKET))
    lake = ParquetLake(as_client(FullS3(tmp_path)), BUCKET)
    with pytest.raises(CompactionFailed, match="no space"):
        compact(lake=lake)
    assert len(keys_in(lake)) == 3


def test_a_partition_from_which_a_file_is_missing_is_not_changed(s3: Any, lake: ParquetLake) -> None:
    archive([event_of(an_inspection(1))], lake=lake)
    ((partition, keys),) = lake.partitions()
    with pytest.raises(LakeFileGone, match=r"taken\.parquet was deleted"):
        lake.compact(partition, [*keys, f"{partition.prefix}taken.parquet"])
    assert keys_in(lake) == keys


def test_a_broken_file_is_set_aside_and_blocks_no_other(s3: Any, lake: ParquetLake) -> None:
    for number in range(2):
        archive([event_of(an_inspection(number, line=line)) for line in ("a", "b", "c")], lake=lake)
    broken = f"{Partition.of(an_inspection(0, line='b')).prefix}broken.parquet"
    s3.put_object(Bucket=BUCKET, Key=broken, Body=b"not Parquet at all", IfNoneMatch="*")
    compact(lake=lake)
    assert {partition.line: len(keys) for partition, keys in lake.partitions()} == {"a": 1, "b": 1, "c": 1}
    assert s3.get_object(Bucket=BUCKET, Key=f"set-aside/{broken}")["Body"].read() == b"not Parquet at all"


def test_an_object_that_is_not_a_file_of_the_lake_is_not_changed(s3: Any, lake: ParquetLake) -> None:
    stray = "lake/inspections/dt=2026-03-14/notes.txt"
    s3.put_object(Bucket=BUCKET, Key=stray, Body=b"hello", IfNoneMatch="*")
    for number in range(2):
        archive([event_of(an_inspection(number))], lake=lake)
    assert compact(lake=lake) == 1
    assert s3.get_object(Bucket=BUCKET, Key=stray)["Body"].read() == b"hello"


def test_a_file_that_s3_does_not_delete_is_an_error() -> None:
    """It would be merged again each night, and nobody would know."""

    class Locked:
        def get_object(self, **_: object) -> dict[str, Any]:
            return {"Body": BytesIO(encode([event_of(an_inspection(1))]))}

        def put_object(self, **_: object) -> None:
            pass

        def delete_objects(self, **_: object) -> dict[str, Any]:
            return {"Errors": [{"Key": "a.parquet", "Code": "AccessDenied", "Message": "it is locked"}]}

    lake = ParquetLake(as_client(Locked()), BUCKET)
    with pytest.raises(OSError, match=r"a\.parquet: it is locked"):
        lake.compact(Partition.of(an_inspection(1)), ["a.parquet", "b.parquet"])


def test_no_request_deletes_more_files_than_s3_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    class ManyFiles:
        """Has the same file under any name; records how many files each request deletes."""

        def __init__(self) -> None:
            self.deleted: list[int] = []

        def get_object(self, **_: object) -> dict[str, Any]:
            return {"Body": BytesIO(content)}

        def put_object(self, **_: object) -> None:
            pass

        def delete_objects(self, *, Delete: dict[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803
            self.deleted.append(len(Delete["Objects"]))
            return {}

    content = encode([event_of(an_inspection(1))])
    monkeypatch.setattr("chalicelib.lake.s3.merge", lambda files: content)  # takes seconds, and decides nothing here
    s3 = ManyFiles()
    ParquetLake(as_client(s3), BUCKET).compact(
        Partition.of(an_inspection(1)), [f"{number}.parquet" for number in range(1001)]
    )
    assert s3.deleted == [1000, 1]
