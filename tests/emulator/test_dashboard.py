"""The deployed dashboard draws what is deployed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from linewatch.stack.local import LocalStack

pytestmark = pytest.mark.emulator


def queues(stack: LocalStack) -> set[str]:
    return {url.rsplit("/", 1)[1] for url in stack.client("sqs").list_queues()["QueueUrls"]}


def functions(stack: LocalStack) -> set[str]:
    return {each["FunctionName"] for each in stack.client("lambda").list_functions()["Functions"]}


def topics(stack: LocalStack) -> set[str]:
    return {each["TopicArn"].rsplit(":", 1)[1] for each in stack.client("sns").list_topics()["Topics"]}


def tables(stack: LocalStack) -> set[str]:
    return set(stack.client("dynamodb").list_tables()["TableNames"])


def apis(stack: LocalStack) -> set[str]:
    return {each["name"] for each in stack.client("apigateway").get_rest_apis()["items"]}


DEPLOYED: dict[str, Callable[[LocalStack], set[str]]] = {
    "QueueName": queues,
    "FunctionName": functions,
    "TopicName": topics,
    "TableName": tables,
    "ApiName": apis,
}


def test_every_line_of_a_graph_belongs_to_something_that_is_deployed(stack: LocalStack) -> None:
    body = stack.client("cloudwatch").get_dashboard(DashboardName=f"linewatch-{stack.stage}")["DashboardBody"]
    assert "${" not in body
    widgets = json.loads(body)["widgets"]
    metrics: list[list[Any]] = [metric for each in widgets for metric in each["properties"].get("metrics", [])]
    drawn = {(metric[2], metric[3]) for metric in metrics if len(metric) > 3 and metric[2] in DEPLOYED}
    for dimension, deployed in DEPLOYED.items():
        names = {name for of, name in drawn if of == dimension}
        assert names
        assert names <= deployed(stack)


def test_the_alarms_that_the_emulator_has_are_shown_by_their_own_names(stack: LocalStack) -> None:
    cloudwatch = stack.client("cloudwatch")
    body = cloudwatch.get_dashboard(DashboardName=f"linewatch-{stack.stage}")["DashboardBody"]
    (widget,) = [each for each in json.loads(body)["widgets"] if each["type"] == "alarm"]
    made = {alarm["AlarmArn"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert made
    assert made <= set(widget["properties"]["alarms"])
