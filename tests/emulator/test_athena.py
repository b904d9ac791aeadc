"""Athena answers the named queries as DuckDB does. The emulator's Athena runs the SQL in DuckDB over what Glue says."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import Partition
from chalicelib.lake.queries import named_queries, parameters, view
from linewatch.__main__ import main
from linewatch.operate.filesystem import filesystem
from linewatch.operate.lake import open_lake
from linewatch.stack.emulator import Emulator
from linewatch.stack.local import LocalStack, folder_of
from tests.emulator.athena import DATABASE, ask, ended, in_text
from tests.emulator.plant import until
from tests.lake.generated import answers, events

pytestmark = pytest.mark.emulator

MADE = events(11)
ASKED = [(date(2026, 3, 1), date(2026, 3, 31), ""), (date(2026, 3, 15), date(2026, 3, 15), "plates")]


@pytest.fixture(scope="module")
def lake(stack: LocalStack) -> Iterator[LocalStack]:
    """The deployed stack with a lake made by chance, on days of its own."""
    store = stack.linewatch().lake.store
    for start in range(0, len(MADE), 9):
        assert not any(archive(MADE[start : start + 9], lake=store))
    yield stack
    s3, days = stack.client("s3"), {Partition.of(event.inspection).prefix for event in MADE}
    for prefix in days:
        for item in s3.list_objects_v2(Bucket=stack.bucket, Prefix=prefix).get("Contents", []):
            s3.delete_object(Bucket=stack.bucket, Key=item["Key"])


def current_view(stack: LocalStack) -> dict[str, Any]:
    """What Glue holds of the view `current`."""
    table = stack.client("glue").get_table(DatabaseName=DATABASE, Name="current")["Table"]
    assert (table["TableType"], table["Parameters"]["presto_view"]) == ("VIRTUAL_VIEW", "true")
    encoded = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    described: dict[str, Any] = json.loads(b64decode(encoded))
    return described


def check(stack: LocalStack) -> None:
    duckdb = open_lake(stack.bucket, filesystem(stack))
    for asked in ASKED:
        expected = answers(MADE, *asked)
        for name, query in named_queries().items():
            values = parameters(*asked)
            assert duckdb.execute(query.sql, values).fetchall() == expected[name], (name, asked)
            assert ask(stack, query.sql, values) == in_text(expected[name]), (name, asked)


def test_athena_and_duckdb_and_python_agree_before_and_after_compaction(lake: LocalStack) -> None:
    check(lake)
    compact(lake=lake.linewatch().lake.store)
    check(lake)


def test_the_view_in_glue_is_the_one_of_duckdb(stack: LocalStack) -> None:
    described = current_view(stack)
    assert (described["originalSql"], described["schema"]) == (view("current").sql, DATABASE)


def test_a_result_is_kept_under_its_own_prefix(lake: LocalStack) -> None:
    execution = ended(lake, "SELECT count(*) AS files FROM stored WHERE dt = '2026-03-15'")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"s3://{lake.bucket}/query-results/")
    prefix = location.removeprefix(f"s3://{lake.bucket}/")
    until(lambda: lake.client("s3").list_objects_v2(Bucket=lake.bucket, Prefix=prefix).get("Contents"), "the result")


def test_the_command_asks_the_lake_of_a_local_stack(lake: LocalStack) -> None:
    first, last, project = ASKED[0]
    days = ["--since", first.isoformat(), "--until", last.isoformat()]
    result = CliRunner().invoke(main, ["sql", "by-line", *days, "--json", "--local", lake.name])
    assert result.exit_code == 0, result.output
    rows = [tuple(row.values()) for row in json.loads(result.stdout)]
    assert rows == answers(MADE, first, last, project)["by-line"]


def test_a_stack_that_was_asked_for_times_can_be_saved(lake: LocalStack) -> None:
    values = parameters(*ASKED[0])
    assert ask(lake, named_queries()["over-time"].sql, values)
    Emulator(folder_of(lake.name)).save(always=True)
