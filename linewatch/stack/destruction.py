"""Remove a stage: its stacks, and on demand its data. It may be killed at any time and run again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from linewatch.errors import UsageProblem
from linewatch.stack.account import Account
from linewatch.stack.artifacts import TEMPLATES, ZIPS, bucket_of
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.hosted_projects import HostedProjects
from linewatch.stack.kept_data import Bucket, Kept, kept_by
from linewatch.stack.shadow_rules import delete_shadow_rules
from linewatch.stack.signing_key import SigningKey
from linewatch.stack.stack_status import RESOURCES_ONLY, delete, status_of
from linewatch.stack.template import Template


class StillDeployed(UsageProblem):
    """`chalice deploy` made this stage's functions: only `chalice delete` knows all of them."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is of a stage in an account."""

    stacks: list[str]
    data: list[Kept]
    artifacts: Bucket
    projects: HostedProjects
    bus: str

    def has_images(self) -> bool:
        """Whether a bucket of it holds an image."""
        return any(isinstance(each, Bucket) and each.has_images() for each in self.data)

    def described(self) -> list[str]:
        """A line for each table, bucket, key that signs and queue of a project that exists, by name."""
        kept = [line for each in [*self.data, self.artifacts] if (line := each.describe())]
        return sorted([*kept, *self.projects.describe()])


def remains_of(deployment: Deployment, account: Account) -> Remains:
    """What there is of this stage. The names of its tables and buckets are those of the template.

    Raises `StillDeployed`.
    """
    cloudformation, template = account.client("cloudformation"), deployment.template(account)
    resources_only = f"{deployment.stack}{RESOURCES_ONLY}"
    stacks = [stack for stack in (deployment.stack, resources_only) if status_of(cloudformation, stack)]
    if resources_only in stacks and (function := _function_of(template, account.client("lambda"))):
        raise StillDeployed(
            f"{function} is deployed: run `chalice delete --stage {deployment.stage}` before this command"
        )
    artifacts = Bucket(bucket_of(deployment.stage, account.account), account.client("s3"), account.account)
    projects = HostedProjects(deployment.stage, account.client("sqs"), account.client("lambda"))
    data = [*kept_by(template, account), SigningKey(deployment.stage, account.client("kms"))]
    return Remains(stacks, data, artifacts, projects, deployment.stack)


def destroy(
    remains: Remains, account: Account, echo: Callable[[str], None], *, data_too: bool, poll_seconds: float = 3
) -> None:
    """Delete the stacks, rules and queues of projects and what was uploaded; with `data_too` also data and settings.

    Raises `StackFailed`.
    """
    delete_shadow_rules(account.client("events"), remains.bus)
    for stack in remains.stacks:
        echo(f"deleting the stack {stack}")
        delete(account.client("cloudformation"), stack, account.region, echo, poll_seconds)
    echo("deleting the queues of projects")
    remains.projects.delete()
    if not data_too:
        remains.artifacts.empty(TEMPLATES, ZIPS)
        return
    for each in [*remains.data, remains.artifacts]:
        echo(f"deleting {each.name}")
        each.delete()


def _function_of(template: Template, functions: Any) -> str | None:
    """A function of the template that exists."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            name: str = resource["Properties"]["FunctionName"]
            try:
                functions.get_function(FunctionName=name)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
            else:
                return name
    return None
