"""The lake as SQL: in a local folder or in S3, before and after compaction alike."""

from datetime import date

import duckdb
import pyarrow as pa
from pyarrow.dataset import FileSystemDatasetFactory, FileSystemFactoryOptions, ParquetFileFormat, partitioning
from pyarrow.fs import FileSelector, FileSystem, LocalFileSystem

from chalicelib.lake.domain import IDENTITY, PREFIX, RANK
from chalicelib.lake.parquet import SCHEMA

_FOLDERS = pa.schema([("dt", pa.date32()), ("line", pa.string())])
"""The types of what stands in the path: left to guess, readers make a number of the line `07`."""

CURRENT = f"""
    SELECT * FROM stored
    QUALIFY row_number() OVER (
        PARTITION BY dt, line, {", ".join(IDENTITY)} ORDER BY {", ".join(f"{column} DESC" for column in RANK)}
    ) = 1
"""  # noqa: S608 - the names are constants of the domain
"""Each inspection once, with its newest row. All of its rows have one day and line, so that both may prune files."""

COUNTS = """
    SELECT project, line, (captured_at AT TIME ZONE 'UTC')::DATE AS day, verdict, count(*) AS inspections
    FROM current WHERE run = 'live' GROUP BY ALL ORDER BY ALL
"""
"""Live inspections by project, line, day of capture (UTC) and verdict."""


def open_lake(root: str, filesystem: FileSystem | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with two views: `stored`, every row, and `current`, each inspection once.

    `root` is a folder that holds `lake/`, or a bucket's name with `filesystem` an S3FileSystem. Files are listed now
    and read as queries need them. A lake without files has the views, empty.
    """
    files = FileSystemDatasetFactory(
        filesystem or LocalFileSystem(),
        FileSelector(f"{root}/{PREFIX}".rstrip("/"), recursive=True, allow_not_found=True),
        ParquetFileFormat(),
        FileSystemFactoryOptions(partitioning=partitioning(_FOLDERS, flavor="hive")),
    )
    columns = pa.schema([*pa.schema(SCHEMA), *_FOLDERS])
    connection = duckdb.cursor()
    connection.register("stored", files.finish(columns))
    connection.execute(f"CREATE TEMP VIEW current AS {CURRENT}")
    return connection


type Counts = dict[tuple[str, str, date, str], int]


def counts(lake: duckdb.DuckDBPyConnection) -> Counts:
    """How many inspections each (project, line, day, verdict) has."""
    return {tuple(row[:4]): row[4] for row in lake.execute(COUNTS).fetchall()}
