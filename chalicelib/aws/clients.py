"""Clients of AWS: made when they are first asked for, all from one session."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_THREE_ATTEMPTS: dict[str, Any] = {"retries": {"mode": "standard"}, "max_pool_connections": 20}
"""A call gives up, its three attempts together, before a function's 30 s are over."""


class AwsClients:
    """One client a service. Without a session the environment makes one; `endpoint_url` is an emulator's."""

    def __init__(self, session: "Session | None" = None, endpoint_url: str | None = None) -> None:
        self._session = session
        self._endpoint_url = endpoint_url

    @cached_property
    def session(self) -> "Session":
        """The session that all clients come from."""
        from boto3.session import Session

        return self._session or Session()

    def _config(self, **options: Any) -> "Config":
        """No proxy stands between this machine and an emulator on it."""
        from botocore.config import Config

        proxies: dict[str, Any] = {} if self._endpoint_url is None else {"proxies": {}}
        return Config(connect_timeout=2, read_timeout=5, **options, **proxies)

    @cached_property
    def s3(self) -> "S3Client":
        """S3."""
        return self.session.client("s3", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def s3_signer(self) -> "S3Client":
        """S3, to presign URLs with; it is never called.

        Signature version 4 alone signs headers. The regional address of the bucket is one that no redirect follows.
        """
        return self.session.client(
            "s3",
            endpoint_url=self._endpoint_url,
            config=self._config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
        )

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return self.session.client("dynamodb", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def dynamodbstreams(self) -> "DynamoDBStreamsClient":
        """DynamoDB Streams."""
        return self.session.client(
            "dynamodbstreams", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS)
        )

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        return self.session.client("sqs", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def events(self) -> "EventBridgeClient":
        """EventBridge."""
        return self.session.client("events", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda."""
        return self.session.client("lambda", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def sns_once(self) -> "SNSClient":
        """SNS without retries: a retry could send an alert twice without the ledger's knowledge."""
        return self.session.client(
            "sns", endpoint_url=self._endpoint_url, config=self._config(retries={"total_max_attempts": 1})
        )
