"""`linewatch deploy` and `destroy`: nothing happens unasked, and the plan says what would."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from linewatch.__main__ import main
from linewatch.commands.deployment_plan import plan
from linewatch.cost.estimate import estimate
from linewatch.stack.change_set import ChangeSet, ResourceChange
from linewatch.stack.package import Package
from linewatch.stack.release import prepare
from tests.support.fake_cloudformation import FakeAccount, FakeCloudFormation, FakeLambda

TEMPLATE = {
    "Parameters": {
        "Stage": {"Type": "String", "AllowedPattern": "[a-z]+"},
        "InspectionConcurrency": {"Type": "Number", "Default": 10, "MinValue": 2, "Description": "Workers"},
    },
    "Resources": {"Late": {"Type": "AWS::CloudWatch::Alarm", "Metadata": {"RollbackMinutes": 15}}},
}
ADDED = ResourceChange("Add", "Queue", "AWS::SQS::Queue", replaced=False)
TAKEN_OVER = ResourceChange("Import", "Keys", "AWS::DynamoDB::Table", replaced=False)
REPLACED = ResourceChange("Modify", "Bus", "AWS::Events::EventBus", replaced=True)


def planned(folder: Path, change_set: ChangeSet, *, limit: int = 1000, workers: str = "45") -> str:
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    account = FakeAccount(FakeCloudFormation([None]), functions=FakeLambda(limit))
    words = {"InspectionConcurrency": workers}
    release = prepare(Package(folder), "plant", account, words, {"team": "press"}, lambda _: None)
    return plan(release, change_set, release.deployment.template(account), account, "arn:aws:iam::1:user/ada")


def test_the_plan_of_an_update_names_every_change_and_the_alarms_that_would_undo_it(tmp_path: Path) -> None:
    update = ChangeSet("change", "linewatch-plant", new=False, resources=[REPLACED, ADDED])
    cost = estimate(TEMPLATE)
    metrics = next(f"{row.number:,} {row.what} {row.usd:.2f}" for row in cost.rows if row.what.startswith("metrics"))
    assert planned(tmp_path, update) == (
        "account    123456789012 in eu-west-1, as arn:aws:iam::1:user/ada\n"
        "functions  1000 may run at a time in this account\n"
        "settings   InspectionConcurrency: 10 becomes 45\n"
        "           the others have their defaults (linewatch settings --stage plant)\n"
        "tags       team=press\n"
        "changes    change 1, create 1\n"
        "             create Queue (AWS::SQS::Queue)\n"
        "             change Bus (AWS::Events::EventBus): perhaps REPLACED by a new one\n"
        "undone     by itself, if an alarm is raised while it is made or 15 minutes after\n"
        f"cost       about {cost.a_month:.2f} USD a month without any image: 1 alarms 0.10, {metrics}\n"
        f"           {cost.a_million_images:.2f} USD a million images with batch URLs; "
        "keeping them, 0.023 USD a GB and month"
    )


def test_the_plan_of_a_new_stage_counts_what_is_made_and_names_what_is_taken_over(tmp_path: Path) -> None:
    text = planned(tmp_path, ChangeSet("change", "linewatch-plant", new=True, resources=[ADDED, TAKEN_OVER]))
    assert "changes    create 1, take over 1\n             take over Keys (AWS::DynamoDB::Table)\n" in text
    assert "settings   InspectionConcurrency: 45\n" in text
    assert "undone" not in text


def test_the_plan_of_no_change_says_so(tmp_path: Path) -> None:
    text = planned(tmp_path, ChangeSet("change", "linewatch-plant", new=False, resources=()))
    assert "changes    none: the stack is up to date\n" in text


def test_the_plan_for_a_small_account_has_the_advice(tmp_path: Path) -> None:
    text = planned(tmp_path, ChangeSet("", "linewatch-plant", new=True, resources=[ADDED]), limit=10, workers="2")
    assert "request-service-quota-increase" in text


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (["deploy", "--stage", "plant"], "say --yes to deploy, or --plan"),
        (["destroy", "--stage", "plant", "--keep-data", "--delete-data"], "choose one"),
        (["deploy"], "Missing option '--stage'"),
    ],
)
def test_nothing_is_deployed_or_removed_where_nobody_can_be_asked(command: list[str], answer: str) -> None:
    run = CliRunner().invoke(main, command)
    assert run.exit_code == 2
    assert answer in run.stderr
