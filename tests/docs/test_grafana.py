"""The dashboard for Grafana asks the named queries, and no others."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.lake.queries import named_queries
from linewatch.operate.lake import open_lake
from linewatch.project import ROOT
from tests.lake.generated import answers, events
from tests.lake.test_named_queries import stored

DASHBOARD = json.loads((ROOT / "docs" / "grafana" / "linewatch.json").read_text())
VARIABLES = ("'${__from:date:YYYY-MM-DD}'", "'${__to:date:YYYY-MM-DD}'", "${project:sqlstring}")
"""What Grafana replaces: the days of the time range, and the project as a quoted text."""
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]


def sql_of(panel: dict[str, Any]) -> str:
    [target] = panel["targets"]
    text: str = target["rawSQL"]
    return text


def test_each_panel_asks_a_named_query_and_each_query_has_a_panel() -> None:
    asked = []
    for panel in PANELS:
        query = sql_of(panel)
        for variable in VARIABLES:
            assert query.count(variable) == 1
            query = query.replace(variable, "?")
        asked.append(query)
    assert sorted(asked) == sorted(query.sql.strip() for query in named_queries().values())


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_its_sql_runs_with_the_values_of_grafana(panel: dict[str, Any], tmp_path: Path) -> None:
    made = events(3)
    stored(tmp_path, made)
    query = sql_of(panel)
    for variable, value in zip(VARIABLES, ("'2026-03-01'", "'2026-03-31'", "'plates'"), strict=True):
        query = query.replace(variable, value)
    found = open_lake(str(tmp_path)).execute(query).fetchall()
    assert found in answers(made, date(2026, 3, 1), date(2026, 3, 31), "plates").values()


def test_the_fields_that_a_panel_shows_are_columns_of_its_query(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    for panel in PANELS:
        query = sql_of(panel)
        for variable in VARIABLES:
            query = query.replace(variable, "''")
        columns = {column[0] for column in lake.execute(query).description or []}
        [shown] = [each for each in panel["transformations"] if each["id"] == "filterFieldsByName"]
        assert set(shown["options"]["include"]["names"]) <= columns, panel["title"]
