"""A change set: what CloudFormation would do to a stack, which a person can read before it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from chalicelib.core.errors import LinewatchError

_PREFIX = "linewatch-"
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


class StackFailed(LinewatchError):
    """CloudFormation did not create or change the stack. The message gives its status and the failed resources."""


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What happens to one resource."""

    action: str
    """Add, Modify, Remove or Import."""
    name: str
    kind: str
    replaced: bool
    """Whether a new one may take the resource's place."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that waits to be executed. One without resources has nothing to do and is already deleted."""

    id: str
    stack: str
    new: bool
    """Whether it creates the stack."""
    resources: Sequence[ResourceChange]


def create(cloudformation: Any, stack: str, *, new: bool, options: Mapping[str, Any]) -> ChangeSet:
    """Make a change set, and delete those that earlier runs left. Raises `StackFailed`.

    `options` are those of CloudFormation's CreateChangeSet: template, tags, alarms.
    """
    if not new:
        _delete_earlier(cloudformation, stack)
    try:
        created = cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=f"{_PREFIX}{datetime.now(UTC):%Y%m%d%H%M%S%f}",
            ChangeSetType="CREATE" if new else "UPDATE",
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            **options,
        )
    except ClientError as error:
        raise StackFailed(f"CloudFormation rejects the template: {error}") from error
    change_set = ChangeSet(created["Id"], stack, new, ())
    if not _has_changes(cloudformation, change_set):
        return change_set
    return ChangeSet(created["Id"], stack, new, _resources(cloudformation, created["Id"]))


def execute(cloudformation: Any, change_set: ChangeSet) -> datetime:
    """Start the change. Returns a time, by AWS's clock, after which all its events are. Raises `StackFailed`."""
    try:
        since: datetime = cloudformation.describe_change_set(ChangeSetName=change_set.id)["CreationTime"]
        cloudformation.execute_change_set(ChangeSetName=change_set.id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"ChangeSetNotFound", "InvalidChangeSetStatus"}:
            raise
        raise StackFailed(f"another deployment of {change_set.stack} came first: deploy again") from error
    return since


def discard(cloudformation: Any, change_set: ChangeSet) -> None:
    """Leave the stack as it is. A stack that only waited for this change set goes too."""
    cloudformation.delete_change_set(ChangeSetName=change_set.id)
    if change_set.new:
        cloudformation.delete_stack(StackName=change_set.stack)


def _delete_earlier(cloudformation: Any, stack: str) -> None:
    pages = cloudformation.get_paginator("list_change_sets").paginate(StackName=stack)
    for earlier in [each for page in pages for each in page.get("Summaries", [])]:
        if earlier["ChangeSetName"].startswith(_PREFIX) and earlier["ExecutionStatus"] != "EXECUTE_IN_PROGRESS":
            cloudformation.delete_change_set(ChangeSetName=earlier["ChangeSetId"])


def _has_changes(cloudformation: Any, change_set: ChangeSet) -> bool:
    """Wait until CloudFormation has computed the change set. False when it holds no change."""
    try:
        waiter = cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(ChangeSetName=change_set.id, WaiterConfig={"Delay": 2, "MaxAttempts": 150})
    except WaiterError as error:
        reason = error.last_response.get("StatusReason", "")
        discard(cloudformation, change_set)
        if not any(phrase in reason for phrase in _NOTHING_TO_DO):
            raise StackFailed(f"CloudFormation rejects the template: {reason or error}") from error
        return False
    return True


def _resources(cloudformation: Any, change_set: str) -> list[ResourceChange]:
    pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set)
    found = [change["ResourceChange"] for page in pages for change in page.get("Changes", [])]
    return [
        ResourceChange(
            each["Action"],
            each["LogicalResourceId"],
            each["ResourceType"],
            each.get("Replacement", "False") != "False",
        )
        for each in found
    ]
