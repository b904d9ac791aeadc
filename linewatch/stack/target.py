"""The deployment that a command works on: a stage on AWS, or a local stack."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.errors import LinewatchError
from linewatch.errors import UsageProblem

if TYPE_CHECKING:
    from boto3.session import Session

    from chalicelib.composition import Linewatch

SECRET = "local"  # noqa: S105 - for the emulator, which only this machine can reach


class WrongTarget(UsageProblem):
    """The options and the environment do not name exactly one deployment. The message says how to name one."""


class InvalidCredentials(LinewatchError):
    """AWS does not accept the credentials of this shell."""


@dataclass(frozen=True)
class Target:
    """One deployment. `endpoint_url` and `api_url` are None on AWS."""

    stage: str
    account: str
    region: str
    endpoint_url: str | None = None
    api_url: str | None = None

    @property
    def bucket(self) -> str:
        """The name of the bucket with images, models and the lake."""
        return f"linewatch-{self.stage}-{self.account}"

    @cached_property
    def session(self) -> "Session":
        """Credentials and region. AWS uses those of this shell; a local stack uses its own and ignores the shell's."""
        from boto3.session import Session
        from botocore.session import Session as CoreSession

        if self.endpoint_url is None:
            return Session(region_name=self.region)
        profile = {"profile": (None, None, None, None)}  # ignores AWS_PROFILE
        return Session(
            botocore_session=CoreSession(session_vars=profile),
            aws_access_key_id=self.account,
            aws_secret_access_key=SECRET,
            region_name=self.region,
        )

    def client(self, service: str) -> Any:
        """A boto3 client of this deployment, for calls that only operators make."""
        from botocore.config import Config

        session: Any = self.session
        local: dict[str, Any] = {"proxies": {}, "signature_version": "s3v4" if service == "s3" else None}
        config = Config(max_pool_connections=32, **({} if self.endpoint_url is None else local))
        return session.client(service, endpoint_url=self.endpoint_url, config=config)

    def linewatch(self) -> "Linewatch":
        """Linewatch's use cases, connected to this deployment."""
        from chalicelib.aws.clients import AwsClients
        from chalicelib.aws.platform import Platform
        from chalicelib.aws.settings import Settings
        from chalicelib.composition import Linewatch

        settings = Settings(self.stage, self.account, self.region, traced=False)
        return Linewatch(Platform(settings, AwsClients(self.session, self.endpoint_url)))

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which another process works on this deployment."""
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


def chosen(stage: str | None, local: str | None) -> Target:
    """The deployment that the options name.

    Raises `WrongTarget` when the options name none or two, `NotRunning` or `InvalidCredentials`.
    """
    if stage is not None and local is not None:
        raise WrongTarget("choose one: --stage for AWS, --local for a stack on this machine")
    return _on_aws(stage, os.environ) if stage is not None else _on_this_machine(local)


def _on_this_machine(name: str | None) -> Target:
    from linewatch.stack import local
    from linewatch.stack.emulator import Emulator

    folders = (file.parent for file in local.STACKS.glob("*/stack.json"))
    known = sorted(folder.name for folder in folders if Emulator(folder).running())
    if name is None and len(known) != 1:
        advice = (
            f"choose with --local: {', '.join(known)}"
            if known
            else "no local stack is running: start one with `linewatch up`"
        )
        raise WrongTarget(f"{advice}; or name a stage on AWS with --stage")
    return local.find(name or known[0])


def _on_aws(stage: str, environment: Mapping[str, str]) -> Target:
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    session = Session()
    region = environment.get("AWS_REGION") or session.region_name
    if region is None:
        raise WrongTarget("no region: set AWS_REGION, or a region in your AWS configuration")
    try:
        account: str = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise InvalidCredentials(f"AWS does not accept these credentials: {error}") from error
    return Target(stage, account, region)
