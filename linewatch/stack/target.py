"""The deployment that a command works on: a stage on AWS, or a local stack."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session

    from chalicelib.composition import Linewatch

SECRET = "local"  # noqa: S105 - for the emulator, which only this machine can reach

_THIS_MACHINE = "127.0.0.1,localhost"


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

    @property
    def emulated(self) -> bool:
        """Whether it is on the emulator, not on AWS."""
        return self.endpoint_url is not None

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
        """A boto3 client of this deployment, for calls that only operators make.

        An S3 URL is the regional one, which needs signature version 4 and the bucket in the host's name.
        """
        from botocore.config import Config

        session: Any = self.session
        options: dict[str, Any] = {"s3": {"addressing_style": "virtual"}} if not self.emulated else {"proxies": {}}
        if service == "s3":
            options["signature_version"] = "s3v4"
        config = Config(max_pool_connections=32, **options)
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
            "NO_PROXY": _THIS_MACHINE,
            "no_proxy": _THIS_MACHINE,
        }
