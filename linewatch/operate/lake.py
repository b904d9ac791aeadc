"""Query the lake with SQL, in a local folder or in S3, before or after compaction."""

import time
from datetime import date

import duckdb
import pyarrow as pa
from pyarrow.dataset import FileSystemDatasetFactory, FileSystemFactoryOptions, ParquetFileFormat, partitioning
from pyarrow.fs import FileSelector, FileSystem, LocalFileSystem

from chalicelib.lake.domain import PREFIX, Scanned
from chalicelib.lake.parquet import SCHEMA
from chalicelib.lake.queries import view
from linewatch.operate.counting import CountedDataset
from linewatch.operate.filesystem import filesystem
from linewatch.stack.target import Target

_FOLDERS = pa.schema([("dt", pa.string()), ("line", pa.string())])
"""The types of the columns in the path. Readers that guess them turn a line `07` into a number."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Nothing is downloaded: what needs an extension of DuckDB is an error."""

COUNTS = """
    SELECT project, line, (captured_at AT TIME ZONE 'UTC')::DATE AS day, verdict, count(*) AS inspections
    FROM current WHERE run = 'live' GROUP BY ALL ORDER BY ALL
"""
"""Live inspections by project, line, day of capture (UTC) and verdict."""


def open_lake(root: str, files: FileSystem | None = None, scanned: Scanned | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own with two views: `stored`, every row, and `current`, each inspection once.

    `root` is a folder with `lake/` in it; or the name of a bucket, with an S3FileSystem as `files`. Files are listed
    now and read when a query needs them, which adds to `scanned`. The views of a lake without files are empty. All
    rows of an inspection have one day and line, so a filter on these may skip files.
    """
    connection = duckdb.connect(config=_SETTINGS)
    connection.execute("SET TimeZone = 'UTC'")
    list_files(connection, root, files, scanned)
    connection.execute(f"CREATE TEMP VIEW current AS {view('current').sql}")
    return connection


def list_files(
    lake: duckdb.DuckDBPyConnection, root: str, files: FileSystem | None = None, scanned: Scanned | None = None
) -> None:
    """List the files of an open lake, also again: compaction deletes files that were listed before."""
    factory = FileSystemDatasetFactory(
        files or LocalFileSystem(),
        FileSelector(f"{root}/{PREFIX}".rstrip("/"), recursive=True, allow_not_found=True),
        ParquetFileFormat(),
        FileSystemFactoryOptions(partitioning=partitioning(_FOLDERS, flavor="hive")),
    )
    stored = factory.finish(pa.schema([*pa.schema(SCHEMA), *_FOLDERS]))
    lake.register("stored", stored if scanned is None else CountedDataset(stored, scanned))


type Counts = dict[tuple[str, str, date, str], int]


def counts(lake: duckdb.DuckDBPyConnection) -> Counts:
    """The number of inspections by (project, line, day, verdict)."""
    return {tuple(row[:4]): row[4] for row in lake.execute(COUNTS).fetchall()}


def rows_in_lake(target: Target, project: str) -> int:
    """The number of the project's inspections in the lake, each counted once."""
    rows = counts(open_lake(target.bucket, filesystem(target)))
    return sum(count for (of, *_), count in rows.items() if of == project)


def await_rows(target: Target, project: str, expected: int, seconds: float) -> int:
    """Wait until the lake has the expected number of rows, for at most `seconds`; return the number it has."""
    until = time.monotonic() + seconds
    while (rows := rows_in_lake(target, project)) < expected and time.monotonic() < until:
        time.sleep(0.5)
    return rows
