"""The AWS clients. All come from one session, and each is made on first use."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_THREE_ATTEMPTS: dict[str, Any] = {"retries": {"mode": "standard"}, "max_pool_connections": 20}
"""With these settings and timeouts, three attempts together end before a function's limit of 30 s."""


class AwsClients:
    """One client for each service. Without a session, boto3 reads the environment. An emulator needs `endpoint_url`."""

    def __init__(self, session: "Session | None" = None, endpoint_url: str | None = None) -> None:
        self._session = session
        self._endpoint_url = endpoint_url

    @cached_property
    def session(self) -> "Session":
        """The session that all clients come from."""
        from boto3.session import Session

        return self._session or Session()

    def _config(self, **options: Any) -> "Config":
        """An emulator runs on this machine, so its calls must not go through a proxy."""
        from botocore.config import Config

        proxies: dict[str, Any] = {} if self._endpoint_url is None else {"proxies": {}}
        return Config(**{"connect_timeout": 2, "read_timeout": 5, **options, **proxies})

    @cached_property
    def s3(self) -> "S3Client":
        """S3."""
        return self.session.client("s3", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def s3_signer(self) -> "S3Client":
        """S3, only for presigning URLs; no request is made with it.

        Only signature version 4 signs headers. S3 answers at the bucket's regional address without a redirect.
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
    def kms(self) -> "KMSClient":
        """KMS."""
        return self.session.client("kms", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def athena(self) -> Any:
        """Athena."""
        return self.session.client("athena", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """Cognito's user pools."""
        return self.session.client(
            "cognito-idp", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS)
        )

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        """CloudWatch."""
        return self.session.client(
            "cloudwatch", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS)
        )

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda."""
        return self.session.client("lambda", endpoint_url=self._endpoint_url, config=self._config(**_THREE_ATTEMPTS))

    @cached_property
    def functions_once(self) -> "LambdaClient":
        """Lambda for calls that last as long as the called function, without retries."""
        return self._functions_once(seconds=60)

    @cached_property
    def codedeploy(self) -> Any:
        """CodeDeploy."""
        return self.session.client("codedeploy", endpoint_url=self._endpoint_url, config=self._config())

    @cached_property
    def functions_at_once(self) -> "LambdaClient":
        """Lambda for a sender who waits: one attempt, shorter than the API's own limit of 15 s."""
        return self._functions_once(seconds=12)

    def _functions_once(self, seconds: int) -> "LambdaClient":
        config = self._config(read_timeout=seconds, retries={"total_max_attempts": 1})
        return self.session.client("lambda", endpoint_url=self._endpoint_url, config=config)

    @cached_property
    def sns_once(self) -> "SNSClient":
        """SNS without retries: a retry could send an alert twice, and the ledger would not know."""
        return self.session.client(
            "sns", endpoint_url=self._endpoint_url, config=self._config(retries={"total_max_attempts": 1})
        )

    @cached_property
    def ses_once(self) -> Any:
        """SES without retries, for the same reason."""
        return self.session.client(
            "sesv2", endpoint_url=self._endpoint_url, config=self._config(retries={"total_max_attempts": 1})
        )
