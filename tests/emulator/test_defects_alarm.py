"""The alarms of watched lines: a setting makes them, defects let one ring, and its message arrives."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from linewatch.operate.alert_feed import subscribed_queue
from linewatch.stack.cloudformation import Deployment, deploy
from linewatch.stack.local import SETTINGS, LocalStack
from linewatch.stack.package import Package
from linewatch.stack.values import Value
from tests.emulator.plant import until

pytestmark = pytest.mark.emulator


@pytest.fixture
def watched(stack: LocalStack, packaged: Package) -> Iterator[str]:
    """The name of the alarm for defects of all lines together; afterwards the stack is as it was."""
    settings: dict[str, Value] = {"WatchedLines": "all/all", "DefectsAlarmThreshold": 2}
    deploy(Deployment(packaged, stack.stage, {**SETTINGS, **settings}, lambda _: None), stack, poll_seconds=0.2)
    yield f"linewatch-{stack.stage}-LineDefectsAlarm all/all"
    deploy(Deployment(packaged, stack.stage, SETTINGS, lambda _: None), stack, poll_seconds=0.2)


@pytest.fixture
def messages(stack: LocalStack) -> Iterator[Any]:
    """What the topic of alerts sends, each time it is called."""
    sqs = stack.client("sqs")

    def received(url: str) -> list[dict[str, Any]]:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in found]

    with subscribed_queue(stack) as url:
        yield lambda: received(url)


def test_defects_over_the_threshold_ring_and_people_get_the_message(
    stack: LocalStack, watched: str, messages: Any
) -> None:
    """The emulator makes no metrics of log lines, so the test puts the value that a log line would become."""
    cloudwatch = stack.client("cloudwatch")
    assert state_of(cloudwatch, watched) != "ALARM"
    put_defects(stack, 3)
    until(lambda: state_of(cloudwatch, watched) == "ALARM" or None, "the alarm")
    [message] = until(lambda: messages() or None, "the alarm's message")
    assert message["AlarmName"] == watched
    assert message["NewStateValue"] == "ALARM"
    assert f"linewatch trace --stage {stack.stage}" in message["AlarmDescription"]


def test_without_watched_lines_there_is_no_such_alarm(stack: LocalStack) -> None:
    alarms = stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert not [
        alarm["AlarmName"] for alarm in alarms if "Line" in alarm["AlarmName"].partition(f"{stack.stage}-")[2][:4]
    ]


def state_of(cloudwatch: Any, alarm: str) -> str:
    [found] = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    return str(found["StateValue"])


def put_defects(stack: LocalStack, count: int) -> None:
    dimensions = [{"Name": "project", "Value": "all"}, {"Name": "line", "Value": "all"}]
    value = {"MetricName": "DetectedAnomalyCount", "Dimensions": dimensions, "Value": count, "Unit": "Count"}
    data = [value | {"Timestamp": datetime.now(UTC)}]
    stack.client("cloudwatch").put_metric_data(Namespace=f"Linewatch/{stack.stage}", MetricData=data)
