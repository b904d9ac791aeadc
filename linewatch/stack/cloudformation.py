"""Create or change one CloudFormation stack by a change set, and report why a resource failed."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError, WaiterError

from chalicelib.core.errors import LinewatchError
from linewatch.errors import UsageProblem
from linewatch.stack.artifacts import bucket_of, make_bucket, upload
from linewatch.stack.package import Package
from linewatch.stack.settings import complete
from linewatch.stack.values import Value

_NEVER_CREATED = {"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"}
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


class StackFailed(LinewatchError):
    """CloudFormation did not create or change the stack. The message gives its status and the failed resources."""


class InvalidStageName(UsageProblem):
    """The template does not allow this stage name. The message says which names it allows."""


class Account(Protocol):
    """An AWS account in a region: a real one, or the emulator's."""

    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def emulated(self) -> bool: ...
    def client(self, service: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """The package to deploy as `stage`, the settings that were chosen, and where to report progress."""

    package: Package
    stage: str
    settings: Mapping[str, Value]
    echo: Callable[[str], None]

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"linewatch-{self.stage}"


def deploy(deployment: Deployment, account: Account, *, poll_seconds: float = 3) -> dict[str, str]:
    """Upload, then create or change the stack, and return its outputs.

    Raises `InvalidStageName`, `InvalidSetting` or `BucketUnusable` before anything changes, else `StackFailed`.
    """
    values = _values(deployment, account)
    s3, cloudformation = account.client("s3"), account.client("cloudformation")
    bucket = bucket_of(deployment.stage, account.account)
    deployment.echo(f"uploading to {bucket}")
    make_bucket(s3, bucket, account.account, account.region)
    key = upload(deployment.package, values, s3, bucket)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}).split("?")[0]
    started = _change(cloudformation, deployment, url, poll_seconds)
    if started is None:
        deployment.echo("the stack is up to date")
    else:
        _wait(cloudformation, deployment, started, poll_seconds)
    stack = cloudformation.describe_stacks(StackName=deployment.stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _values(deployment: Deployment, account: Account) -> dict[str, Value]:
    """What is written into the template, checked first, so that nothing is created under a name that is not allowed."""
    parameters = deployment.package.template["Parameters"]
    if not re.fullmatch(parameters["Stage"]["AllowedPattern"], deployment.stage):
        reason = parameters["Stage"]["ConstraintDescription"]
        raise InvalidStageName(f"{deployment.stage!r} is not a valid stage name: {reason}")
    given = {"Stage": deployment.stage, "Emulator": "yes" if account.emulated else "no"}
    fixed = {name: value for name, value in given.items() if name in parameters}
    return {**complete(parameters, {**deployment.settings, **fixed}), "AWS::AccountId": account.account}


def _status(cloudformation: Any, stack: str) -> str | None:
    try:
        status: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return status


def _settled_status(cloudformation: Any, deployment: Deployment, poll_seconds: float) -> str | None:
    """Wait for the end of a change that another process started, and return the stack's status."""
    waited = False
    while (status := _status(cloudformation, deployment.stack)) and status.endswith("_IN_PROGRESS"):
        if status == "REVIEW_IN_PROGRESS":
            return status
        if not waited:
            deployment.echo(f"waiting for another change: {deployment.stack} is {status}")
            waited = True
        time.sleep(poll_seconds)
    return status


def _change(cloudformation: Any, deployment: Deployment, template_url: str, poll_seconds: float) -> datetime | None:
    """Start the change and return its start time by AWS's clock; None when there is nothing to change."""
    stack = deployment.stack
    status = _settled_status(cloudformation, deployment, poll_seconds)
    if status in _NEVER_CREATED:
        deployment.echo("removing the rest of an earlier attempt that failed")
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        status = None
    exists = status not in {None, "REVIEW_IN_PROGRESS"}
    change_set = _create_change_set(cloudformation, deployment, template_url, exists=exists)
    if not _has_changes(cloudformation, change_set):
        return None
    since: datetime = cloudformation.describe_change_set(ChangeSetName=change_set)["CreationTime"]
    cloudformation.execute_change_set(ChangeSetName=change_set)
    return since


def _create_change_set(cloudformation: Any, deployment: Deployment, template_url: str, *, exists: bool) -> str:
    try:
        created = cloudformation.create_change_set(
            StackName=deployment.stack,
            ChangeSetName=f"linewatch-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateURL=template_url,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        raise StackFailed(f"CloudFormation rejects the template: {error}") from error
    change_set: str = created["Id"]
    return change_set


def _has_changes(cloudformation: Any, change_set: str) -> bool:
    """Wait until CloudFormation has computed the change set. False when it holds no change."""
    try:
        waiter = cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(ChangeSetName=change_set, WaiterConfig={"Delay": 2, "MaxAttempts": 150})
    except WaiterError as error:
        reason = error.last_response.get("StatusReason", "")
        if not any(phrase in reason for phrase in _NOTHING_TO_DO):
            raise StackFailed(f"CloudFormation rejects the template: {reason or error}") from error
        cloudformation.delete_change_set(ChangeSetName=change_set)
        return False
    return True


def _wait(cloudformation: Any, deployment: Deployment, started: datetime, poll_seconds: float) -> None:
    """Wait for the end of the change, and report the number of resources that are done."""
    done = 0
    while True:
        status = _status(cloudformation, deployment.stack) or "DELETED"
        events = _events(cloudformation, deployment.stack, started)
        complete = [event["LogicalResourceId"] for event in events if event["ResourceStatus"].endswith("_COMPLETE")]
        if len(complete) > done:
            done = len(complete)
            deployment.echo(f"{deployment.stack}: {done} resources done, last {complete[-1]}")
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(poll_seconds)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise StackFailed(f"{deployment.stack} is {status}:\n{_reasons(events)}")


def _events(cloudformation: Any, stack: str, started: datetime) -> list[dict[str, Any]]:
    """The stack's events since `started`, oldest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    events = [event for page in pages for event in page["StackEvents"] if event["Timestamp"] >= started]
    return events[::-1]


def _reasons(events: list[dict[str, Any]]) -> str:
    """The failed resources, each with its reason. Leaves out those cancelled because another one failed."""
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", "")
    )
