"""Which deployment a command talks to: a stage on AWS, or a stack on this machine."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from linewatch.local.stack import LocalStack

_OF_AWS = ("AWS_PROFILE", "AWS_SESSION_TOKEN")
"""What would send a command for a local stack to AWS, or make its credentials wrong."""


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment. `endpoint_url` is None on AWS, where the account's own credentials and API address count."""

    stage: str
    account: str
    region: str
    endpoint_url: str | None = None
    api_url: str | None = None

    @classmethod
    def of(cls, stack: "LocalStack") -> Self:
        """A stack on this machine."""
        return cls(stack.stage, stack.account, stack.region, stack.endpoint, stack.api_url)

    @property
    def environment(self) -> dict[str, str]:
        """What chalicelib and every AWS client read."""
        told = {
            "LINEWATCH_STAGE": self.stage,
            "LINEWATCH_ACCOUNT": self.account,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }
        if self.endpoint_url is None:
            return told
        return told | {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def activate(self) -> None:
        """Let this process work on it: `chalicelib.wiring` then needs no word of where it is. Do it first."""
        if self.endpoint_url is not None:
            for name in _OF_AWS:
                os.environ.pop(name, None)
        os.environ.update(self.environment)


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a click command `--stage` and `--local`, and the `target` that they name.

    What AWS refuses is told with the deployment that was meant: most often the stage, account or region is another.
    """

    @click.option("--stage", help="A stage on AWS, by this environment's credentials.")
    @click.option("--local", help="A local stack, by its name. The default is the only one that runs.")
    @wraps(command)
    def with_target(*arguments: Any, stage: str | None, local: str | None, **options: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        target = chosen(stage, local)
        try:
            return command(*arguments, target=target, **options)
        except (BotoCoreError, ClientError) as error:
            meant = f"stage {target.stage} of account {target.account} in {target.region}"
            raise click.ClickException(f"{meant}: {error}") from error

    return with_target


def chosen(stage: str | None, local: str | None) -> Target:
    """The deployment that the options name; a click error says what to choose from."""
    if stage is not None and local is not None:
        raise click.UsageError("choose one: --stage for AWS, --local for a stack on this machine")
    return _on_aws(stage, os.environ) if stage is not None else _on_this_machine(local)


def _on_this_machine(name: str | None) -> Target:
    from linewatch.local import stack
    from linewatch.local.emulator import Emulator

    folders = (file.parent for file in stack.STACKS.glob("*/stack.json"))
    known = sorted(folder.name for folder in folders if Emulator(folder).running())
    if name is None and len(known) != 1:
        found = (
            f"choose with --local: {', '.join(known)}"
            if known
            else "no local stack is running: start one with `make up`"
        )
        raise click.UsageError(f"{found}; or name a stage on AWS with --stage")
    return Target.of(stack.find(name or known[0]))


def _on_aws(stage: str, environment: Mapping[str, str]) -> Target:
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    session = Session()
    region = environment.get("AWS_REGION") or session.region_name
    if region is None:
        raise click.UsageError("no region: set AWS_REGION, or a region in your AWS configuration")
    try:
        account: str = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(f"AWS does not know these credentials: {error}") from error
    return Target(stage, account, region)
