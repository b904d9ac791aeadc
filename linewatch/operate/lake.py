"""Query the lake with SQL, in a local folder or in S3, before or after compaction."""

import time
from datetime import date

import duckdb
import pyarrow as pa
from pyarrow.dataset import FileSystemDatasetFactory, FileSystemFactoryOptions, ParquetFileFormat, partitioning
from pyarrow.fs import FileSelector, FileSystem, LocalFileSystem

from chalicelib.lake.domain import IDENTITY, PREFIX, RANK
from chalicelib.lake.parquet import SCHEMA
from linewatch.operate.filesystem import filesystem
from linewatch.stack.target import Target

_FOLDERS = pa.schema([("dt", pa.date32()), ("line", pa.string())])
"""The types of the columns in the path. Readers that guess them turn a line `07` into a number."""

CURRENT = f"""
    SELECT * FROM stored
    QUALIFY row_number() OVER (
        PARTITION BY dt, line, {", ".join(IDENTITY)} ORDER BY {", ".join(f"{column} DESC" for column in RANK)}
    ) = 1
"""  # noqa: S608 - the names are constants of the domain
"""Each inspection once, by its newest row. All its rows have one day and line, so filters on these may skip files."""

COUNTS = """
    SELECT project, line, (captured_at AT TIME ZONE 'UTC')::DATE AS day, verdict, count(*) AS inspections
    FROM current WHERE run = 'live' GROUP BY ALL ORDER BY ALL
"""
"""Live inspections by project, line, day of capture (UTC) and verdict."""


def open_lake(root: str, files: FileSystem | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with two views: `stored`, every row, and `current`, each inspection once.

    `root` is a folder with `lake/` in it; or the name of a bucket, with an S3FileSystem as `files`. Files are listed
    now and read when a query needs them. The views of a lake without files are empty.
    """
    factory = FileSystemDatasetFactory(
        files or LocalFileSystem(),
        FileSelector(f"{root}/{PREFIX}".rstrip("/"), recursive=True, allow_not_found=True),
        ParquetFileFormat(),
        FileSystemFactoryOptions(partitioning=partitioning(_FOLDERS, flavor="hive")),
    )
    columns = pa.schema([*pa.schema(SCHEMA), *_FOLDERS])
    connection = duckdb.cursor()
    connection.register("stored", factory.finish(columns))
    connection.execute(f"CREATE TEMP VIEW current AS {CURRENT}")
    return connection


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
