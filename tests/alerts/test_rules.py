"""The rules of a project are looked up once a minute, and are kept in a table."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.access.domain import Grant, Role
from chalicelib.alerts.remember_rules import RememberedRules
from chalicelib.alerts.rule_table import DynamoDBProjectRules
from chalicelib.alerts.rules import AlertRule, Policy, ProjectAlerts, StageAlerts
from chalicelib.alerts.set_rules import forget_rules
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.inspection import Verdict
from tests.support.builders import NOON, FakeClock
from tests.support.deployment import aws_clients
from tests.support.fake_alerts import FakeProjectRules

STAGE = StageAlerts(Policy(), timedelta(minutes=5), largest=0.5)
STRICT = AlertRule(confidence=0.4, window=timedelta(seconds=90), silent=frozenset({Verdict.REJECTED}))
RULES = ProjectAlerts(
    project="plates", others=AlertRule(), lines={"line-1": STRICT}, revision=1, set_by="eva", set_at=NOON
)


@pytest.fixture
def table() -> Iterator[DynamoDBProjectRules]:
    with mock_aws():
        client: Any = aws_clients().dynamodb
        client.create_table(
            TableName="rules",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
        )
        yield DynamoDBProjectRules(client, "rules")


def test_what_is_stored_is_read_back(table: DynamoDBProjectRules) -> None:
    assert table.find("plates") is None
    assert table.put(RULES)
    assert table.find("plates") == RULES


def test_of_two_that_follow_the_same_revision_one_is_stored(table: DynamoDBProjectRules) -> None:
    assert not table.put(replace(RULES, revision=2))
    assert table.put(RULES)
    assert not table.put(replace(RULES, set_by="ada"))
    assert table.put(replace(RULES, revision=2))


def test_rules_are_looked_up_once_a_minute() -> None:
    rules, clock = FakeProjectRules(), FakeClock()
    remembered = RememberedRules(STAGE, rules, clock)
    assert {remembered.rule_of("plates", "line-1") for _ in range(3)} == {AlertRule()}
    rules.put(RULES)
    clock.pass_by(59)
    assert remembered.rule_of("plates", "line-1") == AlertRule()
    clock.pass_by(1)
    assert remembered.rule_of("plates", "line-1") == STRICT
    assert rules.reads == ["plates", "plates"]


def test_after_a_reset_lines_alert_as_the_stage_says_whatever_is_stored(table: DynamoDBProjectRules) -> None:
    stored = replace(RULES, of_stage=True)
    table.put(stored)
    assert RememberedRules(STAGE, table, FakeClock()).rule_of("plates", "line-1") == AlertRule()
    held = STAGE.holding("plates", table.find("plates"))
    assert held == replace(stored, others=AlertRule(), lines={})


def test_rules_that_cannot_be_read_keep_nobody_from_being_alerted(
    table: DynamoDBProjectRules, caplog: pytest.LogCaptureFixture
) -> None:
    item = {"project": {"S": "plates"}, "revision": {"N": "1"}, "body": {"S": json.dumps({"others": {}})}}
    table._client.put_item(TableName="rules", Item=item)
    with pytest.raises(UnreadableRecord, match="plates in alert rules"):
        table.find("plates")
    assert RememberedRules(STAGE, table, FakeClock()).rule_of("plates", "line-1") == AlertRule()


def test_rules_are_forgotten_with_their_project_and_no_revision_is_used_twice() -> None:
    rules, eva = FakeProjectRules({"plates": RULES}), Grant("eva", Role.ADMIN, "plates")
    for _ in range(2):
        forget_rules("plates", eva, rules=rules, clock=FakeClock())
    holding = STAGE.holding("plates", rules.find("plates"))
    assert holding == replace(STAGE.of("plates"), revision=2, set_by="eva", set_at=NOON)


def test_rules_that_nobody_set_or_nobody_can_read_keep_no_project_from_its_deletion(
    table: DynamoDBProjectRules,
) -> None:
    eva = Grant("eva", Role.ADMIN, "plates")
    forget_rules("plates", eva, rules=table, clock=FakeClock())
    assert table.find("plates") is None
    aws_clients().dynamodb.put_item(TableName="rules", Item={"project": {"S": "plates"}, "body": {"S": "{"}})
    forget_rules("plates", eva, rules=table, clock=FakeClock())
