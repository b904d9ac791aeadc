"""The lines of a project and the verdicts of a line: the table and its fake behave the same."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.inspection import Verdict
from chalicelib.inspections.dynamodb import DynamoDBInspections
from chalicelib.inspections.ports import InspectionQuery, Inspections
from tests.support.builders import NOON, an_inspection
from tests.support.deployment import create_tables
from tests.support.fake_inspections import FakeInspections

QUERY = InspectionQuery(project="plates", line="line-1", since=NOON - timedelta(days=2), until=NOON)


@pytest.fixture(params=["fake", "dynamodb"])
def table(request: pytest.FixtureRequest) -> Iterator[Inspections]:
    if request.param == "fake":
        yield FakeInspections()
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_tables(client)
        yield DynamoDBInspections(client, "linewatch-test-inspections", lines="linewatch-test-lines")


def test_the_lines_are_those_of_the_project_in_order(table: Inspections) -> None:
    for number, (project, line) in enumerate((("plates", "b"), ("plates", "a"), ("bolts", "c"), ("plates", "a"))):
        table.commit(an_inspection(f"i{number}", project=project, line=line))
    assert list(table.lines_of("plates")) == ["a", "b"]
    assert list(table.lines_of("rings")) == []


def test_the_verdicts_of_a_line_come_with_their_cameras_newest_first(table: Inspections) -> None:
    for days, camera, verdict in (
        (0, "cam-1", Verdict.NORMAL),
        (1, "cam-2", Verdict.FAILED),
        (3, "cam-3", Verdict.NORMAL),
    ):
        table.commit(an_inspection(f"i{days}", camera=camera, verdict=verdict, captured_at=NOON - timedelta(days=days)))
    table.commit(an_inspection("other", line="line-2"))
    assert list(table.verdicts_of_line(QUERY)) == [("cam-1", "normal"), ("cam-2", "failed")]
