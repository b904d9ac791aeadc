"""The alarms that undo an update: CloudFormation watches them during it and for some minutes after.

An alarm of the template takes part by its metadata: `Metadata: {RollbackMinutes: 15}`.
"""

from collections.abc import Mapping
from typing import Any

from linewatch.stack.template import Template

MOST = 5
"""CloudFormation takes no more alarms."""


def marked_alarms(template: Template) -> dict[str, int]:
    """The alarms that take part, each with the minutes for which it is watched after an update."""
    resources: Mapping[str, Mapping[str, Any]] = template["Resources"]
    marks = {name: each.get("Metadata", {}).get("RollbackMinutes") for name, each in resources.items()}
    return {name: int(minutes) for name, minutes in marks.items() if minutes is not None}


def alarms_that_roll_back(cloudformation: Any, stack: str | None, template: Template) -> dict[str, Any]:
    """The `RollbackConfiguration` of an update of this stack.

    It has no alarm when the stack is new, or when it is to be watched for no time. Empty settings also take back those
    of the last update.
    """
    marked = marked_alarms(template)
    minutes = max(marked.values(), default=0)
    if stack is None or not minutes:
        return {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}
    alarms = [alarm for alarm in _alarms_of(cloudformation, stack) if alarm["LogicalResourceId"] in marked]
    arns = _arns(cloudformation, stack, [alarm["PhysicalResourceId"] for alarm in alarms])
    watched = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in arns]
    return {"RollbackTriggers": watched, "MonitoringTimeInMinutes": minutes}


def _alarms_of(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [each for each in resources if each["ResourceType"] == "AWS::CloudWatch::Alarm"]


def _arns(cloudformation: Any, stack: str, names: list[str]) -> list[str]:
    """Of alarms in the stack's own account and region, which the stack's ARN names."""
    arn: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    _, partition, _, region, account, *_ = arn.split(":")
    return [f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}" for name in sorted(names)]
