"""The topic to which those subscribe who want reports."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SNSSubscribers:
    """One SNS topic."""

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def send(self, subject: str, text: str) -> None:
        """One Publish request."""
        self._client.publish(TopicArn=self._arn, Subject=subject, Message=text)
