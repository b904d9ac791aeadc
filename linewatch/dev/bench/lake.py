"""Measure archiving and compacting by the number of rows. Each size runs in its own process, to measure its memory."""

import json
import resource
import subprocess
import sys
from functools import partial
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.aws.platform import Platform
from chalicelib.aws.settings import Settings
from chalicelib.core.events import event_of
from chalicelib.lake import handlers as lake_handlers
from chalicelib.lake.domain import Partition
from chalicelib.lake.parquet import encode
from chalicelib.lake.s3 import ParquetLake
from chalicelib.lake.wiring import LakeWiring
from linewatch.dev.bench.lambda_events import messages_event, result_of
from linewatch.dev.bench.log_capture import log_captured
from linewatch.dev.bench.overhead import inspections
from linewatch.stack.local import ACCOUNT, REGION

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FILE_ROWS = 1_000
"""The rows of one file of archive_results: one batch."""
PARTITION = Partition.of(inspections(1)[0])


class Bucket:
    """The S3 operations that the lake uses, in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - names of S3
        return {"Body": BytesIO(self.files[Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str) -> None:  # noqa: N803
        self.files[Key] = Body

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        for each in Delete["Objects"]:
            del self.files[each["Key"]]
        return {}


def growth() -> list[dict[str, float]]:
    """For each size: seconds for 10,000 rows, the peak memory, and the time of pyarrow alone for comparison.

    Call it while this process is small: the peak memory of a new process starts at that of its parent.
    """
    return [json.loads(_run([sys.executable, "-m", "linewatch.dev.bench.lake", str(rows)])) for rows in SIZES]


def _run(command: list[str]) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def measured(rows: int) -> dict[str, float]:
    """Archive and compact this number of rows of one day and line, in this process."""
    for_each = 10_000 / rows
    archiving = _archiving_seconds()
    bucket = Bucket(_files(rows // FILE_ROWS))
    before = _peak_mb()
    keys, largest = list(bucket.files), sum(map(len, bucket.files.values()))
    pyarrow_alone = _seconds(partial(_pyarrow, list(bucket.files.values()))) if rows <= 100_000 else None
    started = perf_counter()
    _lake_in(bucket).compact(PARTITION, keys)
    compacting = perf_counter() - started
    return {
        "rows": rows,
        "files": len(keys),
        "input_mb": largest / 1e6,
        "archive_seconds_per_10k": archiving * 10_000 / FILE_ROWS,
        "compact_seconds_per_10k": compacting * for_each,
        "compact_seconds": compacting,
        "compact_peak_mb": _peak_mb(),
        "peak_before_mb": before,
    } | ({} if pyarrow_alone is None else {"pyarrow_seconds_per_10k": pyarrow_alone * for_each})


def _archiving_seconds() -> float:
    """The time of one batch of archive_results, from its messages to the file."""
    event = messages_event([result_of(inspection) for inspection in inspections(FILE_ROWS)])
    platform = Platform(Settings("bench", ACCOUNT, REGION, traced=False))
    platform.queues = platform.failure_log = _unused()
    lake = LakeWiring(platform)
    lake.store = _lake_in(Bucket({}))
    with log_captured():
        return median(_seconds(lambda: lake_handlers.archive_results(event, lake)) for _ in range(5))


def _unused() -> Any:
    """None: a batch without failures action not use these."""


def _lake_in(bucket: Bucket) -> ParquetLake:
    client: Any = bucket
    return ParquetLake(client, "lake")


def _files(count: int) -> dict[str, bytes]:
    """Files of distinct rows. Linewatch encodes the first; the others are copies with new ids."""
    table = _read(encode([event_of(inspection) for inspection in inspections(FILE_ROWS)]))
    return {f"{PARTITION.prefix}{number:06d}.parquet": _with_new_ids(table, number) for number in range(count)}


def _with_new_ids(table: pa.Table, number: int) -> bytes:
    file = BytesIO()
    ids = pa.array([f"{number:016x}{row:016x}" for row in range(table.num_rows)])
    column = table.schema.get_field_index("inspection_id")
    pq.write_table(table.set_column(column, "inspection_id", ids), file, compression="zstd")
    return file.getvalue()


def _read(file: bytes) -> pa.Table:
    """On this thread only: pyarrow's thread pools sometimes crash at the end of such a short process."""
    return pq.read_table(BytesIO(file), use_threads=False, pre_buffer=False)


def _pyarrow(files: list[bytes]) -> None:
    pq.write_table(pa.concat_tables([_read(file) for file in files]), BytesIO(), compression="zstd")


def _seconds(action: Any) -> float:
    started = perf_counter()
    action()
    return perf_counter() - started


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
