"""The table and the rules of shadow runs, on moto."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.verdict import Verdict
from chalicelib.promotion.domain import Judged
from chalicelib.shadow.dynamodb import DynamoDBShadowVerdicts
from chalicelib.shadow.eventbridge import EventBridgeShadowRules
from tests.pipeline.account import client, infra, make_table

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:linewatch-test-shadows"


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def test_an_image_has_one_verdict_in_a_run(aws: None) -> None:
    make_table(infra()["Resources"]["Shadows"]["Properties"] | {"TableName": "shadows"})
    verdicts = DynamoDBShadowVerdicts(client("dynamodb"), "shadows", lambda: NOW)
    judged = [Judged(inspection_id=f"i{at}", key="k", candidate=Verdict.NORMAL, hosted=Verdict.NORMAL) for at in (1, 2)]
    for each in [*judged, judged[0]]:
        verdicts.put("plates", "s1", each)
    assert (verdicts.count("plates", "s1"), list(verdicts.all("plates", "s1"))) == (2, judged)
    assert (verdicts.count("plates", "s2"), list(verdicts.all("plates", "s2"))) == (0, [])


def test_a_rule_sends_what_the_hosted_version_of_its_project_has_judged(aws: None) -> None:
    events: Any = boto3.client("events", region_name="eu-west-1")
    events.create_event_bus(Name="bus")
    rules = EventBridgeShadowRules(events, "bus", "shadow-{}".format, QUEUE, f"{QUEUE}-dlq")
    for _ in range(2):
        rules.open("plates")
    [rule] = events.list_rules(EventBusName="bus")["Rules"]
    assert '"project": ["plates"], "run": ["live"]' in rule["EventPattern"]
    [target] = events.list_targets_by_rule(Rule="shadow-plates", EventBusName="bus")["Targets"]
    assert (target["Arn"], target["DeadLetterConfig"]["Arn"]) == (QUEUE, f"{QUEUE}-dlq")
    for _ in range(2):
        rules.close("plates")
    assert events.list_rules(EventBusName="bus")["Rules"] == []
