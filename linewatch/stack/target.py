"""Which deployment a command works on: a stage on AWS, or a stack on this machine."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from boto3.session import Session

    from chalicelib.composition import Linewatch

SECRET = "local"  # noqa: S105 - of the local account's root; nobody else can reach the emulator


@dataclass(frozen=True)
class Target:
    """One deployment. `endpoint_url` is None on AWS, where the account's own credentials and API address count."""

    stage: str
    account: str
    region: str
    endpoint_url: str | None = None
    api_url: str | None = None

    @property
    def bucket(self) -> str:
        """The bucket of images, models and the lake."""
        return f"linewatch-{self.stage}-{self.account}"

    @cached_property
    def session(self) -> "Session":
        """Credentials and region: those of this shell for AWS; for a local stack its own, and none of this shell's."""
        from boto3.session import Session
        from botocore.session import Session as CoreSession

        if self.endpoint_url is None:
            return Session(region_name=self.region)
        profile = {"profile": (None, None, None, None)}  # no AWS_PROFILE of this shell
        return Session(
            botocore_session=CoreSession(session_vars=profile),
            aws_access_key_id=self.account,
            aws_secret_access_key=SECRET,
            region_name=self.region,
        )

    def client(self, service: str) -> Any:
        """A boto3 client of this deployment, for what only the operator's side calls."""
        from botocore.config import Config

        session: Any = self.session
        local: dict[str, Any] = {"proxies": {}, "signature_version": "s3v4" if service == "s3" else None}
        config = Config(max_pool_connections=32, **({} if self.endpoint_url is None else local))
        return session.client(service, endpoint_url=self.endpoint_url, config=config)

    def linewatch(self) -> "Linewatch":
        """Linewatch's own use cases, put together on this deployment."""
        from chalicelib.aws.clients import AwsClients
        from chalicelib.aws.platform import Platform
        from chalicelib.aws.settings import Settings
        from chalicelib.composition import Linewatch

        settings = Settings(self.stage, self.account, self.region, traced=False)
        return Linewatch(Platform(settings, AwsClients(self.session, self.endpoint_url)))

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own needs to work on this deployment."""
        variables = {
            "LINEWATCH_STAGE": self.stage,
            "LINEWATCH_ACCOUNT": self.account,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }
        if self.endpoint_url is None:
            return variables
        return variables | {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a click command `--stage` and `--local`, and the `target` that they name.

    An error of AWS names the deployment: most often the stage, account or region is not the one that was meant.
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
    from linewatch.stack import local
    from linewatch.stack.emulator import Emulator

    folders = (file.parent for file in local.STACKS.glob("*/stack.json"))
    known = sorted(folder.name for folder in folders if Emulator(folder).running())
    if name is None and len(known) != 1:
        found = (
            f"choose with --local: {', '.join(known)}"
            if known
            else "no local stack is running: start one with `make up`"
        )
        raise click.UsageError(f"{found}; or name a stage on AWS with --stage")
    return local.find(name or known[0])


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
