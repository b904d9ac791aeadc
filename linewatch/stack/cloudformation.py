"""Create or change one stack: upload, compute the changes, have them approved, make them."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from linewatch.errors import UsageProblem
from linewatch.stack.account import Account
from linewatch.stack.artifacts import Artifacts
from linewatch.stack.canary import with_canary
from linewatch.stack.change_set import ChangeSet, create, discard, execute
from linewatch.stack.derived import derived
from linewatch.stack.package import Package
from linewatch.stack.rollback import alarms_of, rollback_configuration, without_marks
from linewatch.stack.settings import complete
from linewatch.stack.stack_status import NEVER_CREATED, failure, settled, unusable, wait_for_end, was_live
from linewatch.stack.template import Template
from linewatch.stack.values import Value, with_values
from linewatch.stack.watched_lines import SETTING, written_out

_DEVELOPMENT = re.compile(r"(dev|test)(-.*)?")


class InvalidStageName(UsageProblem):
    """The template does not allow this stage name. The message says which names it allows."""


type Approve = Callable[[ChangeSet, Template], None]
"""Looks at what would be changed into which template. Raises whatever it likes to leave the stack as it is."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The package to deploy as `stage`, the settings and tags that were chosen, and where to report progress."""

    package: Package
    stage: str
    settings: Mapping[str, Value]
    echo: Callable[[str], None]
    tags: Mapping[str, str] = field(default_factory=dict)
    suffix: ClassVar[str] = ""
    """What the stack's name has after the stage. A subclass that deploys a part of the template has its own."""

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"linewatch-{self.stage}{self.suffix}"

    @property
    def all_tags(self) -> dict[str, str]:
        """The stack's tags, which its resources get too."""
        return {"linewatch:stage": self.stage, **self.tags}

    @property
    def is_protected(self) -> bool:
        """Whether the stack is kept from being deleted by mistake: every stage but `dev`, `test`, `dev-…`, `test-…`."""
        return not _DEVELOPMENT.fullmatch(self.stage)

    def template(self, account: Account, ignored: Collection[str] = ()) -> Template:
        """The template with all values written in; `ignored` alarms undo no release.

        Raises `InvalidStageName` or `InvalidSetting`.
        """
        template = self.package.template
        values = self._values(template["Parameters"], account)
        template["Resources"] = written_out(template["Resources"], str(values.get(SETTING, "")))
        written = without_marks(with_values(template, values), ignored)
        return written if account.emulated else with_canary(written, values)

    def _values(self, parameters: Mapping[str, Any], account: Account) -> dict[str, Value]:
        if not re.fullmatch(parameters["Stage"]["AllowedPattern"], self.stage):
            reason = parameters["Stage"]["ConstraintDescription"]
            raise InvalidStageName(f"{self.stage!r} is not a valid stage name: {reason}")
        given = {"Stage": self.stage, "Emulator": "yes" if account.emulated else "no"}
        if account.emulated:
            given["ApiPathBefore"] = "/_aws/execute-api/{api}"
        fixed = {name: value for name, value in given.items() if name in parameters}
        values = complete(parameters, {**self.settings, **fixed})
        return {**values, **derived(values), "AWS::AccountId": account.account}


def deploy(
    deployment: Deployment, account: Account, *, approve: Approve = lambda *_: None, poll_seconds: float = 3
) -> dict[str, str]:
    """Upload, then create or change the stack if `approve` lets it, and return its outputs.

    Raises `InvalidStageName`, `InvalidSetting` or `BucketUnusable` before anything changes, what `approve` raises, or
    `StackFailed`.
    """
    template = deployment.template(account)
    cloudformation, artifacts = account.client("cloudformation"), Artifacts(deployment.stage, account)
    artifacts.make_bucket()
    new = _is_new(cloudformation, deployment, account, poll_seconds)
    alarms = {} if new or account.emulated else alarms_of(account, deployment.stack, template)
    if raised := sorted(name for name, alarm in alarms.items() if alarm.raised):
        deployment.echo(f"raised already, so it does not undo this deployment: {', '.join(raised)}")
        template = deployment.template(account, ignored=raised)
    deployment.echo(f"uploading to {artifacts.bucket}")
    url = artifacts.upload(template, deployment.package.folder)
    options = _options(deployment, account, url, rollback_configuration(alarms.values(), template))
    change_set = create(cloudformation, deployment.stack, new=new, options=options)
    try:
        approve(change_set, template)
    except BaseException:
        if change_set.resources:
            discard(cloudformation, change_set)
        raise
    if change_set.resources:
        _make(cloudformation, deployment, account, change_set, poll_seconds)
        artifacts.delete_old()
    else:
        deployment.echo("the stack is up to date")
    cloudformation.update_termination_protection(
        StackName=deployment.stack, EnableTerminationProtection=deployment.is_protected
    )
    stack = cloudformation.describe_stacks(StackName=deployment.stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _options(deployment: Deployment, account: Account, url: str, rollback: dict[str, Any]) -> dict[str, Any]:
    """Those of the change set. The emulator rolls an import back, and watches no alarms."""
    tags = [{"Key": key, "Value": value} for key, value in sorted(deployment.all_tags.items())]
    only_aws = {} if account.emulated else {"ImportExistingResources": True, "RollbackConfiguration": rollback}
    return {"TemplateURL": url, "Tags": tags, **only_aws}


def _is_new(cloudformation: Any, deployment: Deployment, account: Account, poll_seconds: float) -> bool:
    """Wait for other changes, remove the rest of a failed creation, and say whether the stack must be created."""
    stack = deployment.stack
    status = settled(cloudformation, stack, deployment.echo, poll_seconds)
    if status in NEVER_CREATED or (status == "DELETE_FAILED" and not was_live(cloudformation, stack)):
        deployment.echo("removing the rest of an earlier attempt that failed")
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        return True
    if status and (error := unusable(cloudformation, stack, status, account.region)):
        raise error
    return status in {None, "REVIEW_IN_PROGRESS"}


def _make(
    cloudformation: Any, deployment: Deployment, account: Account, change_set: ChangeSet, poll_seconds: float
) -> None:
    started = execute(cloudformation, change_set)
    status, events = wait_for_end(cloudformation, deployment.stack, started, deployment.echo, poll_seconds)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        raise failure(deployment.stack, status, events, account.region)
