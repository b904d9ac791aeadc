"""The dashboard: valid for CloudWatch, complete, and with no metric that nobody writes."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.aws.measurements import ALL
from chalicelib.aws.observability import DIMENSIONS, NAMESPACE
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.commit_log import metrics_of
from linewatch.stack.dashboard import dashboard_body
from tests.support.builders import an_inspection
from tests.support.resources import Resources

STAT = r"^(Average|Sum|Minimum|Maximum|SampleCount|p\d\d?(\.\d+)?)$"
OPTIONS = {
    "type": "object",
    "properties": {
        "expression": {"type": "string"},
        "id": {"type": "string", "pattern": "^[a-z][A-Za-z0-9_]*$"},
        "label": {"type": "string"},
        "stat": {"type": "string", "pattern": STAT},
        "period": {"enum": [60, 300, 3600]},
        "visible": {"type": "boolean"},
    },
    "additionalProperties": False,
}
METRIC = {
    "type": "object",
    "required": ["metrics", "region", "view"],
    "properties": {
        "title": {"type": "string"},
        "metrics": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "array", "minItems": 1}},
        "view": {"enum": ["timeSeries", "singleValue", "pie"]},
        "stat": {"type": "string", "pattern": STAT},
        "period": {"enum": [60, 300, 3600]},
        "region": {"type": "string"},
        "stacked": {"type": "boolean"},
        "sparkline": {"type": "boolean"},
        "yAxis": {"type": "object"},
    },
    "additionalProperties": False,
}
LOG = {
    "type": "object",
    "required": ["query", "region"],
    "properties": {
        "title": {"type": "string"},
        "query": {"type": "string", "pattern": "^SOURCE '"},
        "view": {"enum": ["table"]},
        "region": {"type": "string"},
    },
    "additionalProperties": False,
}
ALARM = {
    "type": "object",
    "required": ["alarms"],
    "properties": {"title": {"type": "string"}, "alarms": {"type": "array", "minItems": 1, "maxItems": 100}},
    "additionalProperties": False,
}
WIDGET = {
    "type": "object",
    "required": ["type", "x", "y", "width", "height", "properties"],
    "properties": {
        "type": {"enum": ["metric", "log", "alarm"]},
        "x": {"type": "integer", "minimum": 0, "maximum": 23},
        "y": {"type": "integer", "minimum": 0},
        "width": {"type": "integer", "minimum": 1, "maximum": 24},
        "height": {"type": "integer", "minimum": 1, "maximum": 1000},
        "properties": {"type": "object"},
    },
    "allOf": [
        {"if": {"properties": {"type": {"const": kind}}}, "then": {"properties": {"properties": schema}}}
        for kind, schema in (("metric", METRIC), ("log", LOG), ("alarm", ALARM))
    ],
    "additionalProperties": False,
}
BODY = {
    "type": "object",
    "required": ["widgets"],
    "properties": {
        "start": {"type": "string", "pattern": "^-P"},
        "periodOverride": {"enum": ["inherit", "auto"]},
        "widgets": {"type": "array", "maxItems": 500, "items": WIDGET},
    },
    "additionalProperties": False,
}
"""What "Dashboard body structure and syntax" of the CloudWatch API Reference allows, of the parts that are used."""

OF_AWS = {
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesDeleted"},
    "AWS/Lambda": {"Errors", "Throttles", "Duration", "IteratorAge"},
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency"},
    "AWS/SNS": {"NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"},
    "AWS/DynamoDB": {"WriteThrottleEvents", "ReadThrottleEvents"},
}
"""Metrics that the services send by themselves, by the names of their documents."""

OF_STAGE = f"{NAMESPACE}/${{Stage}}"


@pytest.fixture(scope="module")
def body(template: dict[str, Any]) -> dict[str, Any]:
    """The body, as it is in the packaged template."""
    made: dict[str, Any] = json.loads(template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    return made


def metrics_in(body: dict[str, Any]) -> list[list[Any]]:
    return [metric for widget in body["widgets"] for metric in widget["properties"].get("metrics", [])]


def test_the_body_has_the_structure_that_cloudwatch_documents(body: dict[str, Any]) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(BODY).iter_errors(body)]
    assert not errors
    options = [part for metric in metrics_in(body) for part in metric if isinstance(part, dict)]
    for part in options:
        Draft202012Validator(OPTIONS).validate(part)


def test_a_metric_is_a_namespace_a_name_and_pairs_or_an_expression_alone(body: dict[str, Any]) -> None:
    for metric in metrics_in(body):
        names = [part for part in metric if isinstance(part, str)]
        assert len(names) % 2 == 0
        assert names or "expression" in metric[0]


def test_widgets_do_not_overlap(body: dict[str, Any]) -> None:
    cells = [
        (x, y)
        for each in body["widgets"]
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_every_expression_uses_only_metrics_of_its_own_widget(body: dict[str, Any]) -> None:
    for widget in body["widgets"]:
        metrics = widget["properties"].get("metrics", [])
        options = [part for metric in metrics for part in metric if isinstance(part, dict)]
        ids = [part["id"] for part in options if "id" in part]
        assert len(ids) == len(set(ids)), widget["properties"]["title"]
        for part in options:
            formula = re.sub(r"SEARCH\('.*?', '.*?', \d+\)", "", part.get("expression", ""))
            assert set(re.findall(r"\b[a-z]\w*", formula)) <= set(ids), part


def test_the_metrics_of_linewatch_are_those_that_its_functions_write(body: dict[str, Any]) -> None:
    written = {name for verdict in Verdict for name in metrics_of(an_inspection(verdict=verdict))}
    written |= {"ErrorCount", "LongestWait"}
    totals = [metric for metric in metrics_in(body) if metric[0] == OF_STAGE]
    assert {metric[1] for metric in totals} == written
    assert all(metric[2:6] == ["project", ALL, "line", ALL] for metric in totals)
    expressions = [part["expression"] for metric in metrics_in(body) for part in metric if "expression" in part]
    searches = [search for expression in expressions for search in re.findall(r"SEARCH\('(.*?)'", expression)]
    assert searches
    for search in searches:
        (name,) = re.findall(r'MetricName="(\w+)"', search)
        assert name in written
        assert search.startswith(f'{{"{OF_STAGE}",{",".join(DIMENSIONS)}}}')
        assert search.endswith(f'NOT project="{ALL}"')


def test_the_metrics_of_aws_exist(body: dict[str, Any]) -> None:
    named = [metric for metric in metrics_in(body) if isinstance(metric[0], str) and metric[0] != OF_STAGE]
    assert {metric[0] for metric in named} == OF_AWS.keys()
    for namespace, name, *_ in named:
        assert name in OF_AWS[namespace]


def test_every_queue_function_topic_table_and_alarm_is_on_it(body: dict[str, Any], resources: Resources) -> None:
    text = json.dumps(body)
    kinds = {
        "SQS::Queue": "QueueName",
        "Serverless::Function": "FunctionName",
        "SNS::Topic": "TopicName",
        "DynamoDB::Table": "TableName",
    }
    for kind, field in kinds.items():
        for properties in resources.of_type(kind).values():
            assert f'"{properties[field]["Fn::Sub"]}"' in text
    for name in resources.of_type("CloudWatch::Alarm"):
        assert name.startswith("Line") or f"{name}.Arn" in text or f":alarm:linewatch-${{Stage}}-{name}" in text


def test_a_new_queue_is_on_the_dashboard_without_a_second_list(template: dict[str, Any]) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "linewatch-${Stage}-new"}}}
    changed = {**template, "Resources": {**template["Resources"], "NewQueue": queue}}
    assert "linewatch-${Stage}-new" in json.dumps(dashboard_body(changed))


def test_every_name_that_is_filled_in_later_exists(body: dict[str, Any], template: dict[str, Any]) -> None:
    known = template["Resources"].keys() | template["Parameters"].keys()
    for name in set(re.findall(r"\$\{([^}]+)\}", json.dumps(body))):
        assert name.startswith("AWS::") or name.removesuffix(".Arn") in known
