"""The dashboard of a stage, made from the template: each of its queues, functions, topics, tables and alarms is on it.

Format: "Dashboard body structure and syntax", Amazon CloudWatch API Reference.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.aws.observability import DIMENSIONS, NAMESPACE
from linewatch.stack.template import Template

type Metric = list[Any]
type Widget = dict[str, Any]

_COLUMNS = 24
_PERIOD = 300
_HOUR = 3600
_REGION = "${AWS::Region}"
_PERCENTILES = {"p50": "the middle one", "p95": "19 of 20", "Maximum": "all"}
_VERDICTS = """\
filter message = "image inspected" | parse key "images/*/*/*" as project, line, rest
| stats count(*) as images by project, line, verdict | sort project, line, verdict"""
_ERRORS = """\
fields @timestamp, message, cause | filter level = "ERROR" | sort @timestamp desc | limit 20"""
_LOG = "/linewatch/${Stage}"
_NAMESPACE = f"{NAMESPACE}/${{Stage}}"
_ALL = ["project", "all", "line", "all"]
"""The metrics over all lines (chalicelib/aws/measurements.py)."""


def with_dashboard(template: Template) -> None:
    """Write the body into the template's dashboard, as text with the names of `Fn::Sub`."""
    body = json.dumps(dashboard_body(template), separators=(",", ":"))
    template["Resources"]["Dashboard"]["Properties"]["DashboardBody"] = {"Fn::Sub": body}


def dashboard_body(template: Template) -> dict[str, Any]:
    """The body: rows of widgets from the quality of the products down to the machinery."""
    rows = [
        _counts_of_an_hour(),
        _anomalies(),
        _lines(),
        _alarms(template),
        _times(),
        _queues(template),
        _functions(template),
        _services(template),
        _errors(),
    ]
    return {"start": "-PT12H", "periodOverride": "inherit", "widgets": list(_placed(rows))}


def _placed(rows: Sequence[Sequence[Widget]]) -> Iterator[Widget]:
    """The widgets with their positions: those of a row share its width."""
    top = 0
    for row in rows:
        width = _COLUMNS // len(row)
        for column, widget in enumerate(row):
            yield {"x": column * width, "y": top, "width": width, **widget}
        top += row[0]["height"]


def _counts_of_an_hour() -> list[Widget]:
    names = {
        "Processed": "ProcessedImageCount",
        "Detected": "DetectedAnomalyCount",
        "Unfamiliar": "UnfamiliarImageCount",
        "Invalid": "InvalidImageCount",
        "Failed": "FailedImageCount",
        "Errors": "ErrorCount",
    }
    counts = {f"{title}, an hour": _all(metric, label=title) for title, metric in names.items()}
    shown = {"view": "singleValue", "stat": "Sum", "period": _HOUR, "sparkline": True}
    numbers = [_metric(title, [metric], height=3, **shown) for title, metric in counts.items()]
    latency = _metric(
        "To the verdict, ms, 19 of 20",
        [_all("InspectionLatency", label="ms")],
        height=3,
        **(shown | {"stat": "p95"}),
    )
    return [*numbers, latency]


def _anomalies() -> list[Widget]:
    detected = _all("DetectedAnomalyCount", id="detected", label="anomalous")
    processed = _all("ProcessedImageCount", id="processed", visible=False)
    share = {"expression": "100 * FILL(detected, 0) / processed", "label": "anomalous, %", "id": "share"}
    normal = {"expression": "processed - FILL(detected, 0)", "label": "normal", "id": "normal"}
    hidden = [*detected[:-1], {**detected[-1], "visible": False}]
    pie = [detected, processed, [normal]]
    return [
        _graph("Anomalies", [_all("DetectedAnomalyCount", label="anomalous")], "Sum", least=0),
        _graph("Anomalies, % of the processed images", [hidden, processed, [share]], "Sum", least=0),
        _metric("Anomalous and normal, an hour", pie, view="pie", stat="Sum", period=_HOUR),
    ]


def _lines() -> list[Widget]:
    """By line: always from the log, and as metrics for stages with the setting MetricsPerLine."""
    anomalies = _each_line("DetectedAnomalyCount")
    unusable = [[_each_line(metric)] for metric in ("UnfamiliarImageCount", "InvalidImageCount", "FailedImageCount")]
    return [
        _log_table("Verdicts by line", _VERDICTS),
        _graph("Images by line (MetricsPerLine)", [[_each_line("ProcessedImageCount")]], stacked=True, least=0),
        _graph("Anomalies by line (MetricsPerLine)", [[anomalies]], stacked=True, least=0),
        _graph("Unfamiliar, invalid, failed by line (MetricsPerLine)", unusable, stacked=True, least=0),
    ]


def _alarms(template: Template) -> list[Widget]:
    """All alarms but those of watched lines, which are known at deployment only."""
    alarms = [
        _alarm_arn(name, resource["Properties"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "ForEach" not in resource.get("Metadata", {})
    ]
    return [{"type": "alarm", "height": 5, "properties": {"title": "Alarms", "alarms": alarms}}]


def _alarm_arn(name: str, properties: dict[str, Any]) -> str:
    """By the alarm's own name where it has one: alarms that not every stage has cannot be referred to."""
    if "AlarmName" not in properties:
        return f"${{{name}.Arn}}"
    return f"arn:${{AWS::Partition}}:cloudwatch:{_REGION}:${{AWS::AccountId}}:alarm:{_text(properties['AlarmName'])}"


def _times() -> list[Widget]:
    latency = [_all("InspectionLatency", stat=stat, label=label) for stat, label in _PERCENTILES.items()]
    waited = [_all("QueueDelay", stat=stat, label=label) for stat, label in _PERCENTILES.items()]
    waiting = _queue_metric("ApproximateNumberOfMessagesVisible", "Maximum", "waiting")
    done = _queue_metric("NumberOfMessagesDeleted", "Sum", "done")
    minutes = f"IF(done > 0, waiting / done * {_PERIOD // 60})"
    longest = _all("LongestWait", stat="Maximum", label="longest of a hosted project, ms")
    drain = {"expression": minutes, "label": "minutes until none waits", "id": "drain"}
    return [
        _graph("From upload to verdict, ms", latency, least=0),
        _graph("Of that, waiting for a worker, ms", waited, least=0),
        _graph("Images of hosted projects that still wait, ms", [longest], least=0),
        _graph("Projects without a queue: minutes until no image waits", [waiting, done, [drain]], least=0),
    ]


def _queue_metric(metric: str, stat: str, name: str) -> Metric:
    queue = ["QueueName", "linewatch-${Stage}-inspection"]
    return ["AWS/SQS", metric, *queue, {"id": name, "stat": stat, "visible": False}]


def _queues(template: Template) -> list[Widget]:
    """Workflow health: what waits, how long, and what was given up."""
    queues = _names(template, "AWS::SQS::Queue", "QueueName")
    working = [name for name in queues if not name.endswith("-dlq")]
    dead = [name for name in queues if name.endswith("-dlq")]
    visible, oldest = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
    return [
        _graph("Messages that wait", _of_each("AWS/SQS", visible, "QueueName", working), "Maximum", least=0),
        _graph("Age of the oldest message, s", _of_each("AWS/SQS", oldest, "QueueName", working), "Maximum", least=0),
        _graph("Dead letters", _of_each("AWS/SQS", visible, "QueueName", dead), "Maximum", stacked=True, least=0),
    ]


def _functions(template: Template) -> list[Widget]:
    functions = _names(template, "AWS::Serverless::Function", "FunctionName")
    age = ["AWS/Lambda", "IteratorAge", "FunctionName", "linewatch-${Stage}-relay_changes", {"stat": "Maximum"}]
    return [
        _graph("Failed calls", _of_each("AWS/Lambda", "Errors", "FunctionName", functions), "Sum", stacked=True),
        _graph("Refused calls", _of_each("AWS/Lambda", "Throttles", "FunctionName", functions), "Sum", stacked=True),
        _graph("Duration, ms", _of_each("AWS/Lambda", "Duration", "FunctionName", functions), "p95", least=0),
        _graph("Age of changes at the relay, ms", [age], least=0),
    ]


def _services(template: Template) -> list[Widget]:
    topics = _names(template, "AWS::SNS::Topic", "TopicName")
    tables = _names(template, "AWS::DynamoDB::Table", "TableName")
    api = _text(template["Resources"]["RestAPI"]["Properties"]["Name"])
    requests = [
        ["AWS/ApiGateway", metric, "ApiName", api, {"stat": "Sum"}] for metric in ("Count", "4XXError", "5XXError")
    ]
    answers = [["AWS/ApiGateway", "Latency", "ApiName", api, {"stat": stat}] for stat in ("p50", "p95")]
    notified = [
        *_of_each("AWS/SNS", "NumberOfNotificationsDelivered", "TopicName", topics),
        *_of_each("AWS/SNS", "NumberOfNotificationsFailed", "TopicName", topics),
    ]
    throttled = [
        *_of_each("AWS/DynamoDB", "WriteThrottleEvents", "TableName", tables),
        *_of_each("AWS/DynamoDB", "ReadThrottleEvents", "TableName", tables),
    ]
    return [
        _graph("Notifications", notified, "Sum"),
        _graph("Requests to the API", requests, least=0),
        _graph("Answers of the API, ms", answers, least=0),
        _graph("Throttled by DynamoDB", throttled, "Sum", stacked=True),
    ]


def _errors() -> list[Widget]:
    return [_log_table("The last errors", _ERRORS)]


def _log_table(title: str, query: str) -> Widget:
    properties = {"title": title, "query": f"SOURCE '{_LOG}' | {query}", "region": _REGION, "view": "table"}
    return {"type": "log", "height": 6, "properties": properties}


def _names(template: Template, kind: str, field: str) -> list[str]:
    """The names of all resources of a type, in the template's order."""
    return [_text(each["Properties"][field]) for each in template["Resources"].values() if each["Type"] == kind]


def _text(name: Any) -> str:
    return str(name["Fn::Sub"]) if isinstance(name, dict) else str(name)


def _of_each(namespace: str, metric: str, dimension: str, names: Sequence[str]) -> list[Metric]:
    """A line for each resource."""
    return [[namespace, metric, dimension, name] for name in names]


def _all(metric: str, **options: Any) -> Metric:
    """A metric over all lines."""
    return [_NAMESPACE, metric, *_ALL, options]


def _each_line(metric: str) -> dict[str, Any]:
    """A count by line: new lines come by themselves."""
    search = f'{{"{_NAMESPACE}",{",".join(DIMENSIONS)}}} MetricName="{metric}" NOT project="all"'
    return {"expression": f"SEARCH('{search}', 'Sum', {_PERIOD})"}


def _graph(
    title: str, metrics: list[Metric], stat: str = "Average", *, stacked: bool = False, least: int | None = None
) -> Widget:
    axis: dict[str, Any] = {} if least is None else {"yAxis": {"left": {"min": least}}}
    return _metric(title, metrics, view="timeSeries", stat=stat, stacked=stacked, **axis)


def _metric(title: str, metrics: list[Metric], *, height: int = 6, **properties: Any) -> Widget:
    shown = {"title": title, "metrics": metrics, "region": _REGION, "period": _PERIOD, **properties}
    return {"type": "metric", "height": height, "properties": shown}
