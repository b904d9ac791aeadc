"""In which state a stack is, what became of its resources, and what a person has to do about it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from linewatch.stack.change_set import StackFailed

RESOURCES_ONLY = "-resources"
"""What the name of a stage's stack ends with where `linewatch resources` made it, and not `linewatch deploy`."""
NEVER_CREATED = frozenset({"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"})
"""Its first creation failed: it holds nothing, and must be deleted before it can be created again."""

_DELETED = "DELETE_COMPLETE"
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = 100
_ADVICE = {
    "UPDATE_ROLLBACK_FAILED": (
        "CloudFormation could not go back to the version before. Mend what is named above, then run\n"
        "  aws cloudformation continue-update-rollback --stack-name {stack} --region {region}\n"
        "and deploy again. With --resources-to-skip it leaves out what cannot be mended"
    ),
    "UPDATE_FAILED": (
        "an update without rollback failed. Run\n"
        "  aws cloudformation rollback-stack --stack-name {stack} --region {region}\n"
        "and deploy again"
    ),
    "DELETE_FAILED": (
        "it had been live, and was not deleted completely. Mend what is named above; then `linewatch destroy --stage "
        "{stage} --keep-data` ends it, and a deployment after that takes its tables and its bucket over again"
    ),
    "IMPORT_ROLLBACK_FAILED": (
        "resources were being imported into it by hand: see "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html"
    ),
}


def status_of(cloudformation: Any, stack: str) -> str | None:
    """The stack's status; None when there is no such stack."""
    try:
        status: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return status


def resources_of(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    """CloudFormation's summary of each resource of a stack."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def settled(cloudformation: Any, stack: str, echo: Callable[[str], None], poll_seconds: float) -> str | None:
    """Wait for the end of a change that another process started, and return the stack's status."""
    waited = False
    while (status := status_of(cloudformation, stack)) and status.endswith("_IN_PROGRESS"):
        if status == "REVIEW_IN_PROGRESS":
            return status
        if not waited:
            echo(f"waiting for another change: {stack} is {status}")
            waited = True
        time.sleep(poll_seconds)
    return status


def was_live(cloudformation: Any, stack: str) -> bool:
    """Whether the stack's creation was once complete."""
    return any(
        event["LogicalResourceId"] == stack and event["ResourceStatus"] == "CREATE_COMPLETE"
        for event in events_since(cloudformation, stack, _EVER)
    )


def unusable(cloudformation: Any, stack: str, status: str, region: str) -> StackFailed | None:
    """The error for a stack that a person must mend first; None for one that can be changed."""
    if status not in _ADVICE:
        return None
    return failure(stack, status, _latest_events(cloudformation, stack), region)


def failure(stack: str, status: str, events: list[dict[str, Any]], region: str) -> StackFailed:
    """The error with the status, the failed resources, and what to do."""
    advice = _ADVICE.get(status, "").format(stack=stack, stage=stack.removeprefix("linewatch-"), region=region)
    return StackFailed("\n".join(filter(None, [f"{stack} is {status}:", _reasons(events), advice])))


def delete(cloudformation: Any, stack: str, region: str, echo: Callable[[str], None], poll_seconds: float) -> None:
    """Delete a stack, also a protected one, and wait until it is gone. Raises `StackFailed`."""
    if settled(cloudformation, stack, echo, poll_seconds) is None:
        return
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    if described.get("EnableTerminationProtection"):
        cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack)
    while (status := status_of(cloudformation, described["StackId"]) or _DELETED).endswith("_IN_PROGRESS"):
        time.sleep(poll_seconds)
    if status != _DELETED:
        raise failure(stack, status, _latest_events(cloudformation, stack), region)


def events_since(cloudformation: Any, stack: str, started: datetime) -> list[dict[str, Any]]:
    """The stack's events since `started`, oldest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    events = [event for page in pages for event in page["StackEvents"] if event["Timestamp"] >= started]
    return events[::-1]


def _latest_events(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    return events_since(cloudformation, stack, _EVER)[-_LATEST:]


def wait_for_end(
    cloudformation: Any, stack: str, started: datetime, echo: Callable[[str], None], poll_seconds: float
) -> tuple[str, list[dict[str, Any]]]:
    """Wait for the end of a change, and report the number of resources that are done. Returns status and events."""
    done = 0
    while True:
        status = status_of(cloudformation, stack) or _DELETED
        events = [] if status == _DELETED else events_since(cloudformation, stack, started)
        complete = [event["LogicalResourceId"] for event in events if event["ResourceStatus"].endswith("_COMPLETE")]
        if len(complete) > done:
            done = len(complete)
            echo(f"{stack}: {done} resources done, last {complete[-1]}")
        if not status.endswith("_IN_PROGRESS"):
            return status, events
        time.sleep(poll_seconds)


def _reasons(events: list[dict[str, Any]]) -> str:
    """The failed resources, each with its reason. Leaves out those cancelled because another one failed.

    Without any, the reason of the rollback itself: an alarm.
    """
    reasons = [(each, each.get("ResourceStatusReason", "")) for each in events]
    failed = [
        (each, reason)
        for each, reason in reasons
        if each["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason
    ]
    rolled_back = [(each, why) for each, why in reasons if each["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")]
    return "\n".join(f"  {each['LogicalResourceId']}: {reason}" for each, reason in failed or rolled_back)
