"""The alarms that undo an update: CloudFormation watches them during it and for some minutes after.

An alarm of the template takes part by its metadata: `Metadata: {RollbackMinutes: 15}`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from linewatch.stack.account import Account
from linewatch.stack.stack_status import resources_of
from linewatch.stack.template import Template

_MARK = "RollbackMinutes"


@dataclass(frozen=True, slots=True)
class StackAlarm:
    """An alarm that exists."""

    arn: str
    raised: bool


def marked_alarms(template: Template) -> dict[str, int]:
    """The alarms that take part, each with the minutes for which it is watched after an update."""
    marks = {name: each.get("Metadata", {}).get(_MARK) for name, each in template["Resources"].items()}
    return {name: int(minutes) for name, minutes in marks.items() if minutes is not None}


def minutes_watched(template: Template) -> int:
    """The minutes for which alarms are watched after an update; 0 when none takes part."""
    return max(marked_alarms(template).values(), default=0)


def without_marks(template: Template, names: Collection[str]) -> Template:
    """The template in which these alarms do not take part."""
    resources = {
        name: {key: each[key] for key in each if not (name in names and key == "Metadata")}
        for name, each in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def alarms_of(account: Account, stack: str, template: Template) -> dict[str, StackAlarm]:
    """The marked alarms that the stack has already, by their names in the template."""
    resources = resources_of(account.client("cloudformation"), stack)
    marked = marked_alarms(template)
    names = {each["PhysicalResourceId"]: each["LogicalResourceId"] for each in resources}
    wanted = sorted(physical for physical, logical in names.items() if logical in marked)
    found = account.client("cloudwatch").describe_alarms(AlarmNames=wanted)["MetricAlarms"] if wanted else []
    return {names[each["AlarmName"]]: StackAlarm(each["AlarmArn"], each["StateValue"] == "ALARM") for each in found}


def rollback_configuration(alarms: Collection[StackAlarm], template: Template) -> dict[str, Any]:
    """CloudFormation's `RollbackConfiguration`, without the alarms that are raised: they would undo every update.

    An empty one also takes back that of the last update.
    """
    minutes = minutes_watched(template)
    arns = sorted(alarm.arn for alarm in alarms if not alarm.raised)
    if not minutes or not arns:
        return {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}
    return {
        "RollbackTriggers": [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in arns],
        "MonitoringTimeInMinutes": minutes,
    }
