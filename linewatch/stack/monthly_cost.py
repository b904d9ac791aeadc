"""What a stage costs by AWS's list prices of us-east-1. docs/reference/cost.md has their sources."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linewatch.stack.template import Template

USD_PER_MILLION_IMAGES = (10.01, 14.27)
"""With URLs asked for in batches, and one by one. A test holds them to docs/reference/cost.md."""


@dataclass(frozen=True, slots=True)
class Item:
    """Things of one kind that cost the same each, by the month."""

    what: str
    count: int
    usd_each: float

    @property
    def usd(self) -> float:
        """What they cost a month."""
        return self.count * self.usd_each


def at_rest(template: Template) -> list[Item]:
    """What the resources of a template cost a month while no image comes."""
    resources = list(template["Resources"].values())
    counted = [Item(what, sum(map(count, resources)), usd) for what, usd, count in _PRICED]
    return [item for item in counted if item.count]


def _of_type(kind: str) -> Callable[[Mapping[str, Any]], int]:
    return lambda resource: int(resource["Type"] == kind)


def _queues_polled(resource: Mapping[str, Any]) -> int:
    events = resource.get("Properties", {}).get("Events", {}).values()
    return sum(event["Type"] == "SQS" for event in events)


_PRICED: list[tuple[str, float, Callable[[Mapping[str, Any]], int]]] = [
    ("alarms", 0.10, _of_type("AWS::CloudWatch::Alarm")),
    ("composite alarms", 0.50, _of_type("AWS::CloudWatch::CompositeAlarm")),
    ("dashboards", 3.00, _of_type("AWS::CloudWatch::Dashboard")),
    ("queues that Lambda polls", 0.26, _queues_polled),
]
