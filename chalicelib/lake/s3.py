"""The lake in S3. After every step each row is in at least one file, so a crash between two steps loses no row."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import batched, groupby
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws.observability import log_event
from chalicelib.core.errors import LakeFileGone, LakeFileUnreadable
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.domain import PREFIX, LakeRow, Partition, Scanned, digest_of
from chalicelib.lake.parquet import current, encode, merge, rows

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

SET_ASIDE = "set-aside/"
"""Where broken files go: out of the lake, and kept."""
_NAMED = 20
_READERS = 8
_DELETED_AT_ONCE = 1000
"""The most keys of one DeleteObjects request."""


class ParquetLake:
    """Parquet files under `lake/inspections/` of a bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self.scanned = Scanned()

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        """Every partition with the keys of its files. S3 lists keys in order, so the keys of a partition are together.

        Other objects, such as a folder made in the console, are logged and left unchanged.
        """
        yield from self._partitions(PREFIX)

    def _partitions(self, prefix: str) -> Iterator[tuple[Partition, Sequence[str]]]:
        strays: list[str] = []
        for partition, keys in groupby(self._files(prefix, strays), lambda file: file[0]):
            yield partition, [key for _, key in keys]
        if strays:
            log_event("not files of the lake, left alone", keys=strays[:_NAMED], count=len(strays))

    def _files(self, prefix: str, strays: list[str]) -> Iterator[tuple[Partition, str]]:
        for key in self._keys(prefix):
            partition = _partition_of(key)
            if partition is None:
                strays.append(key)
            else:
                yield partition, key

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        """Write one file named by the ids of the events, so a batch that is delivered again makes no second file."""
        once = {event.event_id: event for event in events}
        self._put(partition, names=once, content=encode(list(once.values())))

    def compact(self, partition: Partition, keys: Sequence[str]) -> list[Unreadable]:
        """Write one file named by the names of the inputs, then delete exactly these inputs.

        Two overlapping runs write the same file. A slow run may write it again after another run merged its rows into
        a later file; the next run removes those duplicates. A broken file moves to `set-aside/` of the bucket: readers
        of the folder would fail on it.
        """
        files = self._read_all(keys)
        unreadable: list[Unreadable] = []
        while len(files) > 1:
            try:
                content = merge(files)
            except LakeFileUnreadable as error:
                unreadable.append(self._without(error, files.pop(error.key)))
                continue
            self._put(partition, names=files, content=content)
            for some in batched(files, _DELETED_AT_ONCE):
                self._delete(some)
            break
        return unreadable

    def _without(self, error: LakeFileUnreadable, content: bytes) -> Unreadable:
        if error.newer:
            return Unreadable("lake", error.key, f"{error.reason}; it stays where it is")
        aside = f"{SET_ASIDE}{error.key}"
        self._s3.put_object(Bucket=self._bucket, Key=aside, Body=content)
        self._delete([error.key])
        return Unreadable("lake", error.key, f"{error.reason}; it is now {aside}")

    def rows(self, partition: Partition) -> Iterator[LakeRow | Unreadable]:
        """Every row of a partition, file by file. If compaction deletes a file meanwhile, read again from the start."""
        try:
            yield from self._rows(partition)
        except LakeFileGone:
            yield from self._rows(partition)

    def _rows(self, partition: Partition) -> Iterator[LakeRow | Unreadable]:
        for key in self._keys(partition.prefix):
            if _partition_of(key) is None:
                continue
            try:
                yield from rows({key: self._read(key)})
            except LakeFileUnreadable as error:
                yield Unreadable("lake", error.key, error.reason)

    def written_at(self, day: date) -> datetime | None:
        """One list."""
        return max((item["LastModified"] for item in self._objects(_folder(day))), default=None)

    def current(self, day: date, columns: Sequence[str]) -> Iterator[tuple[Any, ...] | Unreadable]:
        """One list, and each file once. If compaction deletes a file meanwhile, its folder is read again."""
        for partition, keys in self._partitions(_folder(day)):
            try:
                files = self._read_all(keys)
            except LakeFileGone:
                files = self._read_all([key for key in self._keys(partition.prefix) if _partition_of(key)])
            self.scanned.add(files)
            for found in _current(files, columns):
                yield found if isinstance(found, Unreadable) else (*found, partition.line)

    def _read_all(self, keys: Sequence[str]) -> dict[str, bytes]:
        with ThreadPoolExecutor(_READERS) as pool:
            return dict(zip(keys, pool.map(self._read, keys), strict=True))

    def _keys(self, prefix: str) -> Iterator[str]:
        return (item["Key"] for item in self._objects(prefix))

    def _objects(self, prefix: str) -> "Iterator[ObjectTypeDef]":
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return (item for page in pages for item in page.get("Contents", []))

    def _read(self, key: str) -> bytes:
        try:
            content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey as error:
            raise LakeFileGone(f"{key} was deleted after it was listed") from error
        return content

    def _put(self, partition: Partition, names: Sequence[str] | dict[str, Any], content: bytes) -> None:
        key = f"{partition.prefix}{digest_of(names)}.parquet"
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise

    def _delete(self, keys: Sequence[str]) -> None:
        answer = self._s3.delete_objects(
            Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        if failed := answer.get("Errors"):
            first = failed[0]
            raise OSError(f"{len(failed)} files were not deleted, first {first['Key']}: {first['Message']}")


def _partition_of(key: str) -> Partition | None:
    try:
        return Partition.from_key(key)
    except ValueError:
        return None


def _folder(day: date) -> str:
    return f"{PREFIX}dt={day.isoformat()}/"


def _current(files: dict[str, bytes], columns: Sequence[str]) -> Iterator[tuple[Any, ...] | Unreadable]:
    """A broken file is left out: it is found before the first row."""
    while files:
        try:
            yield from current(files, columns)
        except LakeFileUnreadable as error:
            del files[error.key]
            yield Unreadable("lake", error.key, error.reason)
        else:
            return
