"""`linewatch sql` on a stage in an S3 that speaks HTTP: pyarrow reads it without botocore."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.core.events import event_of
from chalicelib.lake.archive import archive
from chalicelib.lake.queries import named_queries
from chalicelib.lake.s3 import ParquetLake
from linewatch.__main__ import main
from linewatch.commands.sql import SHOWN
from tests.lake.generated import answers, events
from tests.lake.samples import an_inspection
from tests.pipeline.account import NUMBER
from tests.support.served_aws import served_bucket

BUCKET = f"linewatch-test-{NUMBER}"
MADE = events(7)
MARCH = ("--since", "2026-03-01", "--until", "2026-03-31")


@pytest.fixture(scope="module")
def lake() -> Iterator[ParquetLake]:
    """A stage's bucket with a lake, which the commands reach by the environment."""
    with served_bucket(BUCKET) as s3:
        lake = ParquetLake(s3, BUCKET)
        assert not any(archive(MADE, lake=lake))
        yield lake


def run(*words: str, given: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["sql", *words, "--stage", "test"], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def rows(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("name", sorted(named_queries()))
def test_a_named_query_answers_for_its_days_and_project(name: str) -> None:
    expected = answers(MADE, date(2026, 3, 1), date(2026, 3, 31), "rings")[name]
    found = [list(row.values()) for row in rows(name, *MARCH, "--project", "rings")]
    assert found == json.loads(json.dumps(expected, default=datetime.isoformat))


@pytest.mark.usefixtures("lake")
def test_without_days_a_named_query_is_about_the_last_week() -> None:
    assert rows("by-line") == []
    assert rows("by-line", "--since", "2026-03-01") == rows("by-line", *MARCH)
    assert rows("by-line", "--until", "2026-03-14") == rows("by-line", "--since", "2026-03-14", "--until", "2026-03-14")


@pytest.mark.usefixtures("lake")
def test_a_select_is_answered_as_a_table_as_json_and_as_csv(tmp_path: Path) -> None:
    query = "SELECT verdict, count(*) AS number, count(*) FROM current GROUP BY 1 ORDER BY 1"
    found = rows(query)
    assert sum(row["number"] for row in found) > 0
    assert "verdict" in run(query).stdout
    file = tmp_path / "verdicts.csv"
    assert run(query, "--csv", str(file)).exit_code == 0
    written = list(csv.DictReader(StringIO(file.read_text())))
    assert [row["number"] for row in written] == [str(row["number"]) for row in found]


@pytest.mark.usefixtures("lake")
def test_times_are_in_utc(tmp_path: Path) -> None:
    query = "SELECT TIMESTAMPTZ '2026-03-14 12:00:00+05' AS at, * FROM current LIMIT 1"
    [row] = rows(query)
    assert row["at"] == "2026-03-14T07:00:00+00:00"
    assert row["captured_at"].endswith("+00:00")
    assert run(query, "--csv", str(tmp_path / "row.csv")).exit_code == 0
    assert "2026-03-14T07:00:00+00:00" in (tmp_path / "row.csv").read_text()


@pytest.mark.usefixtures("lake")
def test_statements_of_standard_input_run_one_after_the_other() -> None:
    result = run("--json", given="CREATE TEMP TABLE kept AS\nSELECT 7 AS seven;\nSELECT seven\nFROM kept")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1]) == [{"seven": 7}]


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["by-lane"], 2, "there is no query by-lane: --list shows the names"),
        (["SELECT nothing FROM current"], 1, "nothing"),
        (["SELECT * FROM 's3://bucket/file.parquet'"], 1, "httpfs"),
        (["SELECT 1", "--project", "plates"], 2, "named queries"),
        (["by-line", "--since", "2026-03-02", "--until", "2026-03-01"], 2, "after"),
        (["by-line", "--csv", "picture.png"], 2, "picture.png"),
    ],
)
def test_a_mistake_has_a_message(words: list[str], code: int, said: str) -> None:
    result = run(*words)
    assert (result.exit_code, said in result.output) == (code, True), result.output


@pytest.mark.usefixtures("lake")
def test_a_table_is_cut_and_says_so() -> None:
    result = run(f"SELECT * FROM range({SHOWN + 1}) AS numbers (number)")
    assert f"only the first {SHOWN} rows" in result.stderr
    assert len(rows(f"SELECT * FROM range({SHOWN + 1}) AS numbers (number)")) == SHOWN + 1


def test_the_named_queries_are_listed_without_a_stage() -> None:
    result = CliRunner().invoke(main, ["sql", "--list"])
    assert [line.split()[0] for line in result.stdout.splitlines()] == sorted(named_queries())


def test_another_run_of_the_same_query_sees_files_that_came_meanwhile(lake: ParquetLake) -> None:
    query = "SELECT count(*) AS number FROM current WHERE project = 'late'"
    [before] = rows(query)
    assert not any(archive([event_of(an_inspection(9999, project="late"))], lake=lake))
    [after] = rows(query)
    assert (before["number"], after["number"]) == (0, 1)
