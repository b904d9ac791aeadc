"""What a stage costs without images, from its template."""

from typing import Any

import pytest

from chalicelib.inspections.commit_log import metrics_of
from linewatch.conditions import holds
from linewatch.cost.at_rest import (
    METRICS_OF_A_LINE,
    METRICS_OF_A_VERSION,
    METRICS_OF_ALL,
    AtRest,
    at_rest,
    runs_a_day,
    total,
)
from linewatch.cost.estimate import estimate
from tests.support.builders import an_inspection

ALARM: dict[str, Any] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}


def with_resources(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def row(rows: list[AtRest], what: str) -> AtRest:
    [only] = [each for each in rows if what in each.what]
    return only


def test_an_alarm_is_billed_by_the_metrics_that_it_watches() -> None:
    metrics = [{"Id": "a", "MetricStat": {}}, {"Id": "b", "MetricStat": {}}, {"Id": "share", "Expression": "a / b"}]
    template = with_resources(A=ALARM, B={"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": metrics}})
    alarms = row(at_rest(template), "alarms")
    assert alarms.number == 3
    assert alarms.usd == pytest.approx(0.3)


def test_a_resource_whose_condition_does_not_hold_costs_nothing() -> None:
    template = with_resources(A=ALARM, B={**ALARM, "Condition": "Wanted"})
    template["Parameters"] = {"More": {"Type": "String", "Default": "no"}}
    template["Conditions"] = {"Wanted": {"Fn::Equals": [{"Ref": "More"}, "yes"]}}
    assert row(at_rest(template), "alarms").number == 1
    assert row(at_rest(template, {"More": "yes"}), "alarms").number == 2


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (None, True),
        ("Small", True),
        ({"Condition": "Small"}, True),
        ({"Fn::Not": [{"Condition": "Small"}]}, False),
        ({"Fn::And": [{"Condition": "Small"}, {"Fn::Equals": ["a", "b"]}]}, False),
        ({"Fn::Or": [{"Condition": "Small"}, {"Fn::Equals": ["a", "b"]}]}, True),
    ],
)
def test_conditions_are_evaluated_as_cloudformation_does(expression: Any, expected: bool) -> None:
    assert holds(expression, {"Small": {"Fn::Equals": [{"Ref": "Size"}, "1"]}}, {"Size": 1}) is expected


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [("rate(1 minute)", 1440), ("rate(2 hours)", 12), ("cron(30 2 * * ? *)", 1), ("cron(0/15 8,20 * * ? *)", 8)],
)
def test_a_schedule_says_how_often_a_day_it_runs(schedule: str, runs: float) -> None:
    assert runs_a_day(schedule) == runs


def test_the_metrics_are_those_that_the_functions_write() -> None:
    of_a_line = {*metrics_of(an_inspection()), "ErrorCount"}
    assert len(of_a_line) == METRICS_OF_A_LINE
    assert (
        len(of_a_line | {"UnreadableCount", "MissingCount", "NotHostedCount", "WaitingProjectCount"}) == METRICS_OF_ALL
    )


def test_the_template_of_linewatch_costs_more_with_metrics_of_each_line_and_less_without_traces(
    template: dict[str, Any],
) -> None:
    usual, of_lines, untraced = (
        total(at_rest(template, given)) for given in ({}, {"MetricsPerLine": "yes"}, {"Tracing": "PassThrough"})
    )
    assert of_lines - usual == pytest.approx(2.40)
    assert untraced < usual


def test_the_metrics_of_a_version_cost_by_their_number(template: dict[str, Any]) -> None:
    more = total(at_rest(template, {"MetricsPerVersion": "yes"})) - total(at_rest(template))
    assert more == pytest.approx(0.30 * METRICS_OF_A_VERSION)


def test_every_queue_that_lambda_polls_costs_a_quarter_of_a_dollar(template: dict[str, Any]) -> None:
    polled = row(at_rest(template), "polls")
    assert polled.usd / polled.number == pytest.approx(0.263, abs=0.001)


def test_an_archive_of_the_bus_costs_by_the_events(template: dict[str, Any]) -> None:
    archived = {**template, "Resources": {**template["Resources"], "Another": {"Type": "AWS::Events::Archive"}}}
    more = estimate(archived).a_million_images - estimate(template).a_million_images
    assert 0.1 < more < 0.3
