"""What a stage costs a month when no image comes, from its template. Prices: see `prices.py`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linewatch.conditions import holds
from linewatch.cost.prices import A_MONTH, PER_GB_SECOND, PER_MILLION

DAYS = 365.25 / 12
METRICS_OF_ALL = 12
"""The most metrics that count everything: those of an image, of what is missing, unreadable or an error, of hosting."""
METRICS_OF_A_LINE = 8
"""The most metrics of one line."""
METRICS_OF_A_VERSION = 7
"""The most metrics of DetectAnomalies with one version."""
POLLS = 5 * 3 * 60 * 24 * DAYS
"""Requests a month of one event source mapping: five pollers, each asking every 20 s."""
RUN_SECONDS = 0.1
"""Assumed time of a scheduled run that finds nothing to do."""
METRICS_OF_A_ROUTE = 5
_ALARM, _COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
_COMPOSITE_IS_ALARMS = 5
_EACH = {
    _ALARM: "alarms",
    _COMPOSITE: "alarms",
    "AWS::CloudWatch::Dashboard": "dashboards",
    "AWS::KMS::Key": "keys",
    "AWS::WAFv2::WebACL": "web ACLs",
}
_A_DAY = {"minute": 24 * 60, "hour": 24, "day": 1}


@dataclass(frozen=True, slots=True)
class AtRest:
    """Things of one kind, how many there are, and what they cost together in USD a month."""

    what: str
    number: float
    usd: float


def at_rest(template: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> list[AtRest]:
    """What a stage of this template costs. `given` are values of parameters; the others have their defaults."""
    values = values_of(template, given)
    resources = list(_existing(template, values))
    rows = [
        *_by_kind(resources),
        *_metrics(values),
        *_routes(resources),
        *_polls(resources),
        *_runs(resources, traced=traced(values)),
    ]
    return [row for row in rows if row.number]


def values_of(template: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The given values of the template's parameters, and the defaults of the others."""
    parameters = template.get("Parameters", {})
    return {name: parameter.get("Default") for name, parameter in parameters.items()} | dict(given or {})


def traced(values: Mapping[str, Any]) -> bool:
    """Whether X-Ray records invocations."""
    return values.get("Tracing") == "Active"


def total(rows: list[AtRest]) -> float:
    """The sum in USD a month."""
    return sum(row.usd for row in rows)


def _existing(template: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(type, properties) of every resource whose condition holds."""
    for resource in template["Resources"].values():
        if holds(resource.get("Condition"), template.get("Conditions", {}), values):
            yield resource["Type"], resource.get("Properties", {})


def _by_kind(resources: list[tuple[str, dict[str, Any]]]) -> Iterator[AtRest]:
    counted = dict.fromkeys(A_MONTH, 0)
    for kind, properties in resources:
        if name := _EACH.get(kind):
            counted[name] += _billed_as(kind, properties)
    for name, number in counted.items():
        yield AtRest(name, number, number * A_MONTH[name])


def _billed_as(kind: str, properties: Mapping[str, Any]) -> int:
    """An alarm is billed by the metrics that it watches; a composite alarm as five."""
    if kind == _ALARM:
        return sum("MetricStat" in metric for metric in properties.get("Metrics", [])) or 1
    return _COMPOSITE_IS_ALARMS if kind == _COMPOSITE else 1


def _metrics(values: Mapping[str, Any]) -> Iterator[AtRest]:
    usd = A_MONTH["metrics"]
    yield AtRest("metrics of everything, at most", METRICS_OF_ALL, METRICS_OF_ALL * usd)
    if values.get("MetricsPerLine") == "yes":
        yield AtRest("metrics of one line, at most", METRICS_OF_A_LINE, METRICS_OF_A_LINE * usd)
    if values.get("MetricsPerVersion") == "yes":
        yield AtRest("metrics of one hosted version, at most", METRICS_OF_A_VERSION, METRICS_OF_A_VERSION * usd)


def _routes(resources: list[tuple[str, dict[str, Any]]]) -> Iterator[AtRest]:
    for kind, api in resources:
        if kind == "AWS::Serverless::Api" and any(each.get("MetricsEnabled") for each in api.get("MethodSettings", [])):
            methods = sum(len(path) for path in api["DefinitionBody"]["paths"].values())
            yield AtRest("metrics of each route", methods * METRICS_OF_A_ROUTE, methods * METRICS_OF_A_ROUTE * 0.30)


def _events(
    resources: list[tuple[str, dict[str, Any]]], source: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(properties of the function, properties of the event) of all events of a kind."""
    for kind, function in resources:
        if kind == "AWS::Serverless::Function":
            for event in function.get("Events", {}).values():
                if event["Type"] == source:
                    yield function, event["Properties"]


def _polls(resources: list[tuple[str, dict[str, Any]]]) -> Iterator[AtRest]:
    queues = len(list(_events(resources, "SQS")))
    yield AtRest("queues that Lambda polls", queues, queues * POLLS * PER_MILLION["sqs"] / 1e6)


def _runs(resources: list[tuple[str, dict[str, Any]]], *, traced: bool) -> Iterator[AtRest]:
    """The runs of the schedules. Each is the first of its second: with traces, each is traced."""
    runs = usd = 0.0
    a_run = PER_MILLION["lambda requests"] + (PER_MILLION["x-ray traces"] if traced else 0)
    for function, event in _events(resources, "Schedule"):
        a_month = runs_a_day(event["Schedule"]) * DAYS
        runs += a_month
        usd += a_month * (a_run / 1e6 + RUN_SECONDS * function["MemorySize"] / 1024 * PER_GB_SECOND)
    yield AtRest("runs of schedules", round(runs), usd)


def runs_a_day(schedule: str) -> float:
    """How often a day, at most. Days of the week or month in a cron expression are not considered."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule):
        return _A_DAY[rate[2]] / int(rate[1])
    minutes, hours, *_ = schedule.removeprefix("cron(").split()
    return _times(minutes, 60) * _times(hours, 24)


def _times(field: str, most: int) -> float:
    """How many values a field of a cron expression matches."""
    if field == "*":
        return most
    if "/" in field:
        return most / int(field.split("/")[1])
    return len(field.split(","))
