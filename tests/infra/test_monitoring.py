"""Saved searches, the budget, and what every alarm says."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from chalicelib.aws.observability import log_failure
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.commit_log import log_commit
from chalicelib.inspections.ports import Commit
from linewatch.__main__ import main
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.package import Package
from linewatch.stack.values import Value
from tests.support.builders import an_inspection
from tests.support.resources import Resources

RUNBOOK = Path(__file__).parents[2] / "docs" / "guide" / "operations.md"
ALARM_ROW = re.compile(r"^\| `(\w+Alarm)` \|", re.MULTILINE)


def descriptions(resources: Resources) -> dict[str, str]:
    return {
        name: alarm["AlarmDescription"]["Fn::Sub"] for name, alarm in resources.of_type("CloudWatch::Alarm").items()
    }


def commands(text: str) -> list[list[str]]:
    """The commands in a text, as words."""
    return [found.split() for found in re.findall(r"`((?:linewatch|aws) [^`]+)`", text)]


def test_every_alarm_says_which_command_helps_at_which_stage(resources: Resources) -> None:
    for name, description in descriptions(resources).items():
        assert commands(description), name
        for command in commands(description):
            assert "${Stage}" in " ".join(command), name
        assert len(description) <= 1024


def test_the_commands_of_alarms_and_runbook_exist(resources: Resources) -> None:
    texts = [*descriptions(resources).values(), RUNBOOK.read_text()]
    for words in (command for text in texts for command in commands(text) if command[0] == "linewatch"):
        context, group = click.Context(main), main
        for word in words[1:]:
            if not isinstance(group, click.Group):
                break
            found = group.get_command(context, word)
            assert found is not None, " ".join(words)
            group = found  # type: ignore[assignment]


def test_the_runbook_has_a_row_for_every_alarm_and_no_other(resources: Resources) -> None:
    rows = ALARM_ROW.findall(RUNBOOK.read_text())
    assert len(rows) == len(set(rows))
    assert set(rows) == resources.of_type("CloudWatch::Alarm").keys()


def test_searches_look_for_fields_that_the_log_has(resources: Resources, lines: list[dict[str, Any]]) -> None:
    """Names of the log's lines, of what CloudWatch adds (@...) and of the search itself."""
    log_commit(Commit(an_inspection(reason="none"), stored=True), lambda *_: None)
    log_failure("an image failed", ValueError("no image"))
    inspected, failed = lines
    known = {*inspected, *failed, *Unreadable.__dataclass_fields__, "cause"}
    words = {"fields", "filter", "sort", "stats", "limit", "asc", "desc", "by", "as", "like"}
    words |= {"count", "latest", "bin", "h", "parse"}
    for query in resources.of_type("Logs::QueryDefinition").values():
        text = re.sub(r'"[^"]*"|@\w+|\d+', "", query["QueryString"])
        new = {
            name
            for names in re.findall(r"as ([\w, ]+)$|as (\w+)", text, re.MULTILINE)
            for name in re.findall(r"\w+", " ".join(names))
        }
        assert set(re.findall(r"\w+", text)) <= known | words | new, query["Name"]
        assert query["LogGroupNames"] == [{"Ref": "Log"}]


@pytest.mark.parametrize("kind", ["AWS::Logs::QueryDefinition", "AWS::Budgets::Budget"])
def test_what_the_emulator_lacks_is_made_on_aws_only(template: dict[str, Any], kind: str) -> None:
    conditions = {each["Condition"] for each in template["Resources"].values() if each["Type"] == kind}
    assert conditions <= {"OnAws", "HasBudget"}
    assert {"Condition": "OnAws"} in template["Conditions"]["HasBudget"]["Fn::And"]


def test_the_budget_is_mailed_to_the_operators(resources: Resources) -> None:
    (budget,) = resources.of_type("Budgets::Budget").values()
    assert json.dumps(budget).count('{"Ref": "OperationsEmail"}') == 2
    assert budget["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudget"}


@dataclass(frozen=True)
class FakeAccount:
    """Whose stage the template is for."""

    account: str = "123456789012"
    region: str = "eu-central-1"
    emulated: bool = False

    def client(self, service: str) -> Any:
        raise AssertionError(f"writing a template needs no {service}")


def deployed(packaged: Package, **settings: Value) -> dict[str, Any]:
    template: dict[str, Any] = Deployment(packaged, "prod", settings, print).template(FakeAccount())
    return template


@pytest.mark.parametrize(("lines", "per_line"), [("", "no"), ("all/all", "no"), ("plates/line-1", "yes")])
def test_a_watched_line_has_metrics_and_two_alarms_of_its_own(packaged: Package, lines: str, per_line: str) -> None:
    template = deployed(packaged, WatchedLines=lines)
    names = {alarm.get("AlarmName") for alarm in Resources(template).of_type("CloudWatch::Alarm").values()}
    wanted = {f"linewatch-prod-Line{what}Alarm {lines}" for what in ("Defects", "Silent")} if lines else set()
    assert {name for name in names if name and "prod-Line" in name} == wanted
    assert template["Globals"]["Function"]["Environment"]["Variables"]["LINEWATCH_METRICS_PER_LINE"] == per_line


@pytest.mark.parametrize(
    ("settings", "made"),
    [({}, False), ({"MonthlyBudget": "100"}, False), ({"MonthlyBudget": "100", "OperationsEmail": "ops@x.org"}, True)],
)
def test_a_budget_needs_an_amount_and_an_address(packaged: Package, settings: dict[str, Value], made: bool) -> None:
    assert ("Budget" in deployed(packaged, **settings)["Resources"]) is made


def test_a_stage_may_do_without_a_dashboard(packaged: Package) -> None:
    template = deployed(packaged, WithDashboard="no")
    assert "Dashboard" not in template["Resources"]
    assert "DashboardUrl" not in template["Outputs"]
