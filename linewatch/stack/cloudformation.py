"""One CloudFormation stack, created or changed by a change set, with what went wrong said in its own words."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import click
from botocore.exceptions import ClientError, WaiterError

from linewatch.stack.artifacts import make_bucket, upload
from linewatch.stack.package import Package

_NEVER_CREATED = {"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"}
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


class Account(Protocol):
    """An AWS account in a region: the real one or the local one."""

    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
    def client(self, service: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is to be deployed as which stage, with the template's numbers and where progress is told."""

    package: Package
    stage: str
    numbers: Mapping[str, int]
    tell: Callable[[str], None]

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"linewatch-{self.stage}"


def deploy(deployment: Deployment, account: Account, *, poll_seconds: float = 3) -> dict[str, str]:
    """Upload, then create or change the stack; answers its outputs. ClickException tells which resource failed why."""
    _refuse_other_names(deployment)
    s3, cloudformation = account.client("s3"), account.client("cloudformation")
    bucket = f"linewatch-{deployment.stage}-artifacts-{account.account}"
    deployment.tell(f"uploading to {bucket}")
    make_bucket(s3, bucket, account.account, account.region)
    key = upload(deployment.package, deployment.numbers, s3, bucket)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}).split("?")[0]
    started = _change(cloudformation, deployment, url)
    if started is None:
        deployment.tell("the stack is up to date")
    else:
        _wait(cloudformation, deployment, started, poll_seconds)
    stack = cloudformation.describe_stacks(StackName=deployment.stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _refuse_other_names(deployment: Deployment) -> None:
    """Before anything is made under a name that the template then refuses."""
    stage = deployment.package.template["Parameters"]["Stage"]
    if not re.fullmatch(stage["AllowedPattern"], deployment.stage):
        raise click.ClickException(f"{deployment.stage!r} is no name of a stage: {stage['ConstraintDescription']}")


def _status(cloudformation: Any, stack: str) -> str | None:
    try:
        status: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return status


def _change(cloudformation: Any, deployment: Deployment, template_url: str) -> datetime | None:
    """Start the change and answer since when, by AWS's clock; None when there is nothing to change."""
    stack = deployment.stack
    status = _status(cloudformation, stack)
    if status in _NEVER_CREATED:
        deployment.tell("removing what an earlier, failed attempt left")
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        status = None
    made = _create_change_set(
        cloudformation, deployment, template_url, exists=status not in {None, "REVIEW_IN_PROGRESS"}
    )
    if not _ready(cloudformation, made):
        return None
    since: datetime = cloudformation.describe_change_set(ChangeSetName=made)["CreationTime"]
    cloudformation.execute_change_set(ChangeSetName=made)
    return since


def _create_change_set(cloudformation: Any, deployment: Deployment, template_url: str, *, exists: bool) -> str:
    try:
        made = cloudformation.create_change_set(
            StackName=deployment.stack,
            ChangeSetName=f"linewatch-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": "Stage", "ParameterValue": deployment.stage}],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        raise click.ClickException(f"CloudFormation refuses the template: {error}") from error
    change_set: str = made["Id"]
    return change_set


def _ready(cloudformation: Any, change_set: str) -> bool:
    """Wait for the change set; False when it holds no change."""
    try:
        waiter = cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(ChangeSetName=change_set, WaiterConfig={"Delay": 2, "MaxAttempts": 150})
    except WaiterError as error:
        reason = error.last_response.get("StatusReason", "")
        if not any(phrase in reason for phrase in _NOTHING_TO_DO):
            raise click.ClickException(f"CloudFormation refuses the template: {reason or error}") from error
        cloudformation.delete_change_set(ChangeSetName=change_set)
        return False
    return True


def _wait(cloudformation: Any, deployment: Deployment, started: datetime, poll_seconds: float) -> None:
    """Tell how many resources are done until all are."""
    done = 0
    while True:
        status = _status(cloudformation, deployment.stack) or "DELETED"
        events = _events(cloudformation, deployment.stack, started)
        complete = [event["LogicalResourceId"] for event in events if event["ResourceStatus"].endswith("_COMPLETE")]
        if len(complete) > done:
            done = len(complete)
            deployment.tell(f"{deployment.stack}: {done} resources done, the last one {complete[-1]}")
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(poll_seconds)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise click.ClickException(f"{deployment.stack} is {status}:\n{_reasons(events)}")


def _events(cloudformation: Any, stack: str, started: datetime) -> list[dict[str, Any]]:
    """What happened since then, oldest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    events = [event for page in pages for event in page["StackEvents"] if event["Timestamp"] >= started]
    return events[::-1]


def _reasons(events: list[dict[str, Any]]) -> str:
    """Why which resource failed; not those that were given up because another one had failed."""
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", "")
    )
