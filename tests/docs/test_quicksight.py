"""The files for QuickSight are requests that AWS takes, and ask for what the lake has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from chalicelib.lake.queries import named_queries
from linewatch.operate.lake import open_lake
from linewatch.project import ROOT
from tests.lake.generated import events
from tests.lake.test_named_queries import stored

FOLDER = ROOT / "docs" / "quicksight"
FILES = {"data-set": "CreateDataSet", "dashboard": "CreateDashboard"}


def read(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.json").read_text().replace("ACCOUNT", "123456789012")
    found: dict[str, Any] = json.loads(text)
    return found


def every(part: object, name: str) -> Iterator[Any]:
    """All values under this name."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == name)
        yield from (found for value in part.values() for found in every(value, name))
    elif isinstance(part, list):
        yield from (found for value in part for found in every(value, name))


@pytest.mark.parametrize(("name", "operation"), FILES.items())
def test_each_file_is_a_request_that_aws_takes(name: str, operation: str) -> None:
    service = botocore.session.get_session().get_service_model("quicksight")
    shape = service.operation_model(operation).input_shape
    assert shape is not None
    assert ParamValidator().validate(read(name), shape).generate_report() == ""


def test_the_data_set_has_the_columns_that_its_query_gives(tmp_path: Path) -> None:
    [table] = read("data-set")["PhysicalTableMap"].values()
    columns = [column["Name"] for column in table["CustomSql"]["Columns"]]
    stored(tmp_path, events(3))
    asked = open_lake(str(tmp_path)).execute(table["CustomSql"]["SqlQuery"].replace("DATABASE.", ""))
    assert [name for name, *_ in asked.description or []] == columns


def test_the_dashboard_has_a_chart_for_each_named_query_of_live_rows_and_asks_for_known_columns() -> None:
    [table] = read("data-set")["PhysicalTableMap"].values()
    columns = {column["Name"] for column in table["CustomSql"]["Columns"]}
    dashboard = read("dashboard")
    used = set(every(dashboard, "ColumnName"))
    for expression in every(dashboard, "Expression"):
        used |= set(re.findall(r"{(\w+)}", expression))
    assert used <= columns
    assert set(every(dashboard, "VisualId")) == set(named_queries()) - {"shadow-runs"}
