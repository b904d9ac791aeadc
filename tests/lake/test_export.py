"""People export the answer of a named query: of their own project, as a file without formulas."""

import csv
from dataclasses import replace
from datetime import date
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.athena.models import QueryResults, athena_backends

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, LakeUnavailable, NotFound
from chalicelib.lake.answer_file import file_of
from chalicelib.lake.athena import AthenaQuestions
from chalicelib.lake.export import MOST_ROWS, Export, begin_export, find_export
from chalicelib.lake.ports import AskedState, FileKind, Rows
from chalicelib.lake.queries import named_queries
from tests.support.fake_lake import FakeAnswers, FakeQuestions

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
VIEWER = Grant("k", Role.VIEWER, "plates")


class Desk:
    """Begins and finds exports of `by-line`."""

    def __init__(self) -> None:
        self.questions, self.answers = FakeQuestions(), FakeAnswers()

    def begin(self, grant: Grant = VIEWER, **changed: Any) -> str:
        wanted: dict[str, Any] = {"project": "plates", "query": "by-line", "first": FIRST, "last": LAST} | changed
        return begin_export(**wanted, grant=grant, questions=self.questions)

    def find(self, export: str, grant: Grant = VIEWER, kind: FileKind = "csv") -> Export:
        return find_export(
            grant.project,
            export,
            kind,
            grant,
            questions=self.questions,
            answers=self.answers,
            make_file=file_of,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_project_of_the_key_is_a_parameter_of_the_query(desk: Desk) -> None:
    export = desk.begin()
    asked = desk.questions.asked[export]
    assert asked.sql == named_queries()["by-line"].sql
    assert asked.values == ("2026-03-01", "2026-03-31", "plates")


def test_an_export_runs_and_then_has_its_file(desk: Desk) -> None:
    export = desk.begin()
    assert desk.find(export) == Export(AskedState.RUNNING)
    found = desk.find(export)
    assert (found.state, found.rows, found.bytes_read) == (AskedState.ANSWERED, 2, 312_400)
    [(name, content)] = desk.answers.files.items()
    assert name == "plates-by-line-2026-03-01-2026-03-31.csv"
    assert found.link is not None
    assert found.link.url.endswith(f"{export}/{name}")
    assert list(csv.reader(content.decode().splitlines())) == [
        ["line", "inspections"],
        ["line-1", "12"],
        ["line-7", "3"],
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"query": "SELECT 1"}, "query"),
        ({"query": "../views/current"}, "query"),
        ({"first": date(2026, 4, 1)}, "until"),
        ({"first": date(2025, 1, 1)}, "until"),
    ],
)
def test_other_queries_and_too_many_days_are_refused(desk: Desk, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        desk.begin(**changed)
    assert refused.value.errors[0][0] == field
    assert desk.questions.asked == {}


@pytest.mark.parametrize("grant", [replace(VIEWER, project="rings"), replace(VIEWER, lines=("line-1",))])
def test_a_key_of_another_project_or_of_some_lines_exports_nothing(desk: Desk, grant: Grant) -> None:
    with pytest.raises(Forbidden):
        desk.begin(grant)
    with pytest.raises((Forbidden, NotFound)):
        desk.find(desk.begin(), grant)


def test_a_query_that_somebody_asked_by_hand_is_no_export(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.find(desk.questions.ask("SELECT * FROM current WHERE project = ?", ["plates"]))


def test_a_failure_and_too_many_rows_are_said(desk: Desk) -> None:
    desk.questions.answer = Rows(("n",), tuple((number,) for number in range(MOST_ROWS + 5)))
    export = desk.begin()
    desk.find(export)
    assert "more than 20,000 rows" in (desk.find(export).reason or "")
    desk.questions.failure = "Query exhausted resources"
    desk.find(export)
    assert desk.find(export) == Export(AskedState.FAILED, "Query exhausted resources", bytes_read=312_400)
    assert desk.answers.files == {}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_of_a_file_is_a_formula(text: str) -> None:
    answer = Rows(("camera",), ((text,),))
    assert file_of(answer, "csv").decode().splitlines()[1].strip('"').startswith("'")
    assert b"<f>" not in file_of(answer, "xlsx")


@pytest.fixture
def athena() -> Any:
    with mock_aws():
        client = boto3.client("athena", region_name="eu-west-1", aws_access_key_id="id", aws_secret_access_key="secret")
        for name in ("linewatch-test", "other"):
            client.create_work_group(
                Name=name, Configuration={"ResultConfiguration": {"OutputLocation": "s3://bucket/query-results/"}}
            )
        yield client


def test_athena_keeps_what_was_asked_and_gives_numbers_as_numbers(athena: Any) -> None:
    cell = lambda text: {"VarCharValue": text} if text is not None else {}  # noqa: E731
    rows: list[list[str | None]] = [
        ["line", "n", "share"],
        ["it's", "3", "0.25"],
        ["line-7", "4", None],
        ["line-9", "5", "1.0"],
    ]
    columns = [
        {"Name": name, "Type": kind} for name, kind in (("line", "varchar"), ("n", "bigint"), ("share", "double"))
    ]
    backend = athena_backends["123456789012"]["eu-west-1"]
    backend.query_results_queue.append(QueryResults([{"Data": list(map(cell, row))} for row in rows], columns))
    questions = AthenaQuestions(athena, "linewatch-test", "linewatch_test")
    asked = questions.ask("SELECT 1", ["2026-03-01", "it's"])
    found = questions.find(asked)
    assert found is not None
    assert (found.sql, found.values, found.state) == ("SELECT 1", ("2026-03-01", "it's"), AskedState.ANSWERED)
    assert questions.rows(asked, 2) == Rows(("line", "n", "share"), (("it's", 3, 0.25), ("line-7", 4, None)))


def test_another_work_groups_query_is_not_found(athena: Any) -> None:
    started = AthenaQuestions(athena, "other", "linewatch_test").ask("SELECT 1", ["a"])
    assert AthenaQuestions(athena, "linewatch-test", "linewatch_test").find(started) is None


class Busy:
    """Athena without time."""

    def start_query_execution(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "arn:aws:..."}}, "Start")


def test_while_athena_has_no_time_the_lake_is_unavailable() -> None:
    with pytest.raises(LakeUnavailable, match="TooManyRequestsException: try again"):
        AthenaQuestions(Busy(), "linewatch-test", "linewatch_test").ask("SELECT 1", ["a"])
