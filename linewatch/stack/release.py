"""Release a stage: its settings, the check of the account, the deployment, and the settings kept for the next one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from linewatch.errors import UsageProblem
from linewatch.stack.account import Account
from linewatch.stack.account_check import INSPECTION, RESERVE, concurrency_limit, reserves, shortage
from linewatch.stack.artifacts import Artifacts
from linewatch.stack.change_set import ChangeSet, StackFailed
from linewatch.stack.cloudformation import Approve, Deployment, deploy
from linewatch.stack.package import Package
from linewatch.stack.settings import Parameters, Settings, checked, complete, load, store
from linewatch.stack.stack_status import RESOURCES_ONLY, status_of
from linewatch.stack.template import Template
from linewatch.stack.values import Value

_OTHER_WAYS = {
    "": ("`linewatch deploy`", ""),
    RESOURCES_ONLY: ("`linewatch resources` and `chalice deploy`", "`chalice delete --stage {stage}` and "),
}
"""How a stage was deployed by the suffix of its stack, and what comes before `linewatch destroy`."""


class OtherWay(UsageProblem):
    """The stage is deployed the other way, whose names are the same. The message says how to go on."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is to be deployed, and what a person should know before."""

    deployment: Deployment
    before: Settings
    after: Settings
    limit: int
    """How many functions the account may run at a time."""
    advice: str | None
    """What is wrong with the account."""

    @property
    def parameters(self) -> Parameters:
        """The parameters of the template."""
        parameters: Parameters = self.deployment.package.template["Parameters"]
        return parameters

    def changed(self) -> dict[str, tuple[Value, Value]]:
        """The settings that change, each with the value before and after. Defaults count as values."""
        known = {name: value for name, value in self.before.values.items() if name in self.parameters}
        before, after = complete(self.parameters, known), complete(self.parameters, self.after.values)
        return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def prepare(
    package: Package,
    stage: str,
    account: Account,
    words: Mapping[str, str],
    tags: Mapping[str, str],
    echo: Callable[[str], None],
    kind: type[Deployment] = Deployment,
) -> Release:
    """The release of a stage with its settings, of which `words` change some; nothing is made yet.

    `kind` stands for the whole template or for a part of it.

    Raises `InvalidStageName`, `InvalidSetting`, `OtherWay`, `BucketUnusable`, `AccountTooSmall`.
    """
    parameters = package.template["Parameters"]
    values = {name: checked(parameters, name, word) for name, word in words.items()}
    kind(package, stage, values, echo).template(account)
    _refuse_other_ways(account, stage, kind.suffix)
    artifacts = Artifacts(stage, account)
    before = load(account.client("s3"), artifacts.bucket, account.account) if artifacts.exists() else Settings()
    for name in before.values.keys() - parameters.keys():
        echo(f"the setting {name} no longer exists: its value {before.values[name]!r} is dropped")
    kept = {name: value for name, value in before.values.items() if name in parameters}
    after = replace(before, values=kept).changed(values, tags)
    limit = concurrency_limit(account.client("lambda"))
    if RESERVE in parameters and RESERVE not in after.values:
        full = Deployment(package, stage, {**after.values, RESERVE: "yes"}, echo).template(account)
        after = after.changed({RESERVE: "yes" if reserves(full, limit) else "no"}, {})
    least = parameters[INSPECTION]["MinValue"]
    advice = shortage(complete(parameters, after.values), least, limit, account.region)
    return Release(kind(package, stage, after.values, echo, after.tags), before, after, limit, advice)


def _refuse_other_ways(account: Account, stage: str, suffix: str) -> None:
    for other in _OTHER_WAYS.keys() - {suffix}:
        status = status_of(account.client("cloudformation"), f"linewatch-{stage}{other}")
        if status not in {None, "REVIEW_IN_PROGRESS"}:
            way, first = _OTHER_WAYS[other]
            raise OtherWay(
                f"{way} made stage {stage}: go on with that, or remove it first with {first.format(stage=stage)}"
                f"`linewatch destroy --stage {stage} --keep-data`"
            )


def release(
    wanted: Release, account: Account, approve: Callable[[ChangeSet, Template], None], *, poll_seconds: float = 3
) -> dict[str, str]:
    """Deploy, and keep the settings when the deployment holds. Returns the stack's outputs.

    Settings are stored before the stack changes: after a kill the next deployment goes on with them. Raises what
    `deploy` raises.
    """
    s3, bucket = account.client("s3"), Artifacts(wanted.deployment.stage, account).bucket

    def approve_and_store(change_set: ChangeSet, template: Template) -> None:
        approve(change_set, template)
        store(s3, bucket, account.account, wanted.after)

    both: Approve = approve_and_store
    try:
        return deploy(wanted.deployment, account, approve=both, poll_seconds=poll_seconds)
    except StackFailed:
        store(s3, bucket, account.account, wanted.before)
        raise
