"""The named queries answer what is counted in Python, on lakes made by chance."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import batched
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.parquet import SCHEMA
from chalicelib.lake.queries import named_queries, parameters, view
from chalicelib.lake.s3 import ParquetLake
from linewatch.operate.lake import list_files, open_lake
from tests.lake.generated import Row, answers, events
from tests.lake.samples import FolderS3
from tests.support.fake_client import as_client

EVERYTHING = (date(2026, 3, 1), date(2026, 3, 31), "")
ASKED = [EVERYTHING, (date(2026, 3, 14), date(2026, 3, 14), ""), (date(2026, 3, 15), date(2026, 3, 16), "rings")]


def stored(root: Path, made: Sequence[AnyInspectionEvent]) -> ParquetLake:
    lake = ParquetLake(as_client(FolderS3(root)), "bucket")
    for some in batched(made, 60):
        assert not any(archive(some, lake=lake))
    return lake


def answered(root: Path, asked: tuple[date, date, str]) -> dict[str, list[Row]]:
    lake = _opened()
    list_files(lake, str(root))
    return {name: lake.execute(query.sql, parameters(*asked)).fetchall() for name, query in named_queries().items()}


@cache
def _opened() -> DuckDBPyConnection:
    """DuckDB takes 30 ms to open, so all tests share one and list their own files."""
    return open_lake("no folder")


@pytest.mark.parametrize("seed", range(4))
def test_the_answers_are_those_counted_in_python_before_and_after_compaction(tmp_path: Path, seed: int) -> None:
    made = events(seed)
    lake = stored(tmp_path, made)
    for asked in ASKED:
        assert answered(tmp_path, asked) == answers(made, *asked)
    compact(lake=lake)
    for asked in ASKED:
        assert answered(tmp_path, asked) == answers(made, *asked)


def test_a_project_is_bound_and_not_pasted(tmp_path: Path) -> None:
    stored(tmp_path, events(1, images=12))
    assert any(answered(tmp_path, EVERYTHING).values())
    for name in ("' OR '1'='1", "rings%", "rings_"):
        assert not any(answered(tmp_path, (*EVERYTHING[:2], name)).values())


def test_the_views_have_every_column_of_the_files_and_of_their_path(tmp_path: Path) -> None:
    columns = [*SCHEMA.names, "dt", "line"]
    current = open_lake(str(tmp_path)).execute("SELECT * FROM current").description
    assert [column[0] for column in current or []] == columns
    listed = view("stored").sql.partition("FROM")[0].removeprefix("SELECT").split("regexp_extract")[0]
    assert [name.strip() for name in listed.split(",") if name.strip()] == columns[:-1]


def test_every_query_has_a_description_and_the_three_parameters() -> None:
    for query in [*named_queries().values(), view("current"), view("stored")]:
        assert query.description.endswith("."), query.name
        assert not {";", "{", "--"} & {*query.sql, *query.sql.split()}
    assert {query.sql.count("?") for query in named_queries().values()} == {3}
