"""What CloudFormation made of a stage."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import LinewatchError
from linewatch.stack.stack_status import RESOURCES_ONLY, resources_of
from linewatch.stack.target import Target

STACKS = ("linewatch-{}", f"linewatch-{{}}{RESOURCES_ONLY}")
"""The stack of `linewatch deploy`, and that of `linewatch resources`."""


class NoStack(LinewatchError):
    """The stage has no stack, or these credentials cannot see it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack's name and the physical ids of its resources, by type (written without `AWS::`)."""

    name: str
    resources: Mapping[str, list[str]]


def stack_of(target: Target) -> Stack:
    """The stage's stack. Raises `NoStack`."""
    cloudformation = target.client("cloudformation")
    for pattern in STACKS:
        name = pattern.format(target.stage)
        try:
            return Stack(name, _resources(cloudformation, name))
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
    raise NoStack(
        f"there is no stage {target.stage} in account {target.account} and region {target.region}: "
        "check the name, AWS_REGION and AWS_PROFILE"
    )


def _resources(cloudformation: Any, stack: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in resources_of(cloudformation, stack):
        found[each["ResourceType"].removeprefix("AWS::")].append(each["PhysicalResourceId"])
    return dict(found)
