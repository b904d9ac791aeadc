"""A failure that leaves no dead letter raises an alarm too."""

import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.observability import NAMESPACE
from chalicelib.aws.sqs_batch import Message, settle
from tests.support.fake_aws import a_platform
from tests.support.resources import Properties, Resources

RUNBOOK = Path(__file__).parents[2] / "docs" / "guide" / "operations.md"


def alarms_on(resources: Resources, metric: str) -> dict[str, Properties]:
    """The alarms on a metric, by the function or queue that they watch."""
    alarms = resources.of_type("CloudWatch::Alarm").values()
    return {alarm["Dimensions"][0]["Value"]["Fn::Sub"]: alarm for alarm in alarms if alarm.get("MetricName") == metric}


def test_a_schedule_that_fails_raises_an_alarm(resources: Resources) -> None:
    scheduled = {function["FunctionName"]["Fn::Sub"] for _, function, _ in resources.events("Schedule")}
    assert scheduled <= set(alarms_on(resources, "Errors"))


def test_a_relay_that_stops_raises_an_alarm_within_15_minutes(resources: Resources) -> None:
    [(_, relay, _)] = resources.events("DynamoDB")
    alarm = alarms_on(resources, "IteratorAge")[relay["FunctionName"]["Fn::Sub"]]
    assert alarm["Threshold"] + 1000 * alarm["Period"] * alarm["EvaluationPeriods"] <= 15 * 60 * 1000


def test_images_that_wait_raise_an_alarm_within_10_minutes(resources: Resources) -> None:
    queue = resources.of_type("SQS::Queue")["InspectionQueue"]["QueueName"]["Fn::Sub"]
    assert alarms_on(resources, "ApproximateAgeOfOldestMessage")[queue]["Threshold"] <= 600


@pytest.mark.parametrize(
    ("metric", "watched"), [("Errors", "raise_alerts"), ("FailedMessageCount", "alerts")], ids=["all", "some"]
)
def test_alerts_that_cannot_be_sent_raise_an_alarm_within_15_minutes(
    resources: Resources, metric: str, watched: str
) -> None:
    alarm = alarms_on(resources, metric)[f"linewatch-${{Stage}}-{watched}"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 15 * 60


def test_every_failed_message_is_counted_by_queue(resources: Resources, lines: list[dict[str, Any]]) -> None:
    message = Message("m1", "", "r1", 1, "linewatch-test-alerts")
    settle([(message, OSError())], a_platform())
    (filter_,) = resources.of_type("Logs::MetricFilter").values()
    (metric,) = filter_["MetricTransformations"]
    assert filter_["FilterPattern"] == f'{{ $.message = "{lines[0]["message"]}" }}'
    assert metric["Dimensions"] == [{"Key": "queue", "Value": "$.queue"}]
    assert lines[0]["queue"] == "linewatch-test-alerts"
    watched = alarms_on(resources, metric["MetricName"]).values()
    assert [alarm["Dimensions"][0]["Name"] for alarm in watched] == ["queue"]
    assert {"Fn::Sub": f"{NAMESPACE}/${{Stage}}"} == metric["MetricNamespace"]


@pytest.mark.parametrize("metric", ["Errors", "IteratorAge"])
def test_every_alarm_of_a_function_names_an_existing_function(resources: Resources, metric: str) -> None:
    names = {function["FunctionName"]["Fn::Sub"] for function in resources.functions().values()}
    assert set(alarms_on(resources, metric)) <= names


def test_defects_reach_those_who_act_on_products_and_all_other_alarms_the_operators(resources: Resources) -> None:
    for name, alarm in resources.of_type("CloudWatch::Alarm").items():
        topic = "AlertsTopic" if name == "LineDefectsAlarm" else "OperationsTopic"
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}], name


def test_an_alarm_that_not_every_stage_has_has_a_name_of_its_own(template: dict[str, Any]) -> None:
    """The dashboard names it, because it cannot refer to it."""
    conditional = [
        each
        for each in template["Resources"].values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and "Condition" in each
    ]
    assert conditional
    assert all("AlarmName" in alarm["Properties"] for alarm in conditional)


def test_a_calculated_alarm_watches_one_value_and_needs_at_most_ten_metrics(resources: Resources) -> None:
    """Both are limits of CloudWatch; its Id begins with a small letter."""
    calculated = [alarm["Metrics"] for alarm in resources.of_type("CloudWatch::Alarm").values() if "Metrics" in alarm]
    assert calculated
    for metrics in calculated:
        (watched,) = (metric for metric in metrics if metric.get("ReturnData", True))
        assert "Expression" in watched
        assert sum("MetricStat" in metric for metric in metrics) <= 10
        used = {name for metric in metrics for name in re.findall(r"\w+", metric.get("Expression", ""))}
        assert {metric["Id"] for metric in metrics} - {watched["Id"]} <= used
        assert all(re.fullmatch(r"[a-z]\w*", metric["Id"]) for metric in metrics)


def test_the_runbook_says_what_the_alarms_cost(resources: Resources) -> None:
    """CloudWatch charges 0.10 USD a month for each metric that an alarm reads."""
    alarms = {
        name: alarm for name, alarm in resources.of_type("CloudWatch::Alarm").items() if not name.startswith("Line")
    }
    read = sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms.values())
    assert f"read {read} metrics, which cost {read / 10:.2f} USD a month" in RUNBOOK.read_text()


def test_an_alarm_on_linewatchs_own_metrics_watches_those_of_its_stage(resources: Resources) -> None:
    spaces = [alarm.get("Namespace") for alarm in resources.of_type("CloudWatch::Alarm").values()]
    own = [space for space in spaces if "Linewatch" in str(space)]
    assert own
    assert all(space == {"Fn::Sub": f"{NAMESPACE}/${{Stage}}"} for space in own)
