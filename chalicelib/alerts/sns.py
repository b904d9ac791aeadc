"""The topic to which people subscribe."""

import json
from typing import TYPE_CHECKING

from chalicelib.alerts.notifications import Notification

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef


class SNSTopic:
    """One SNS topic. The client must not retry: if an answer was lost, a retry would alert people twice unnoticed."""

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, notification: Notification) -> None:
        """One Publish request. Any error means that SNS did not confirm it."""
        self._client.publish(
            TopicArn=self._arn,
            Subject=notification.subject,
            Message=notification.body,
            MessageAttributes={name: _attribute(value) for name, value in notification.attributes.items()},
        )


def _attribute(value: str | float | tuple[str, ...]) -> "MessageAttributeValueTypeDef":
    """A number has five decimals, as many as a filter policy compares; a filter matches any element of an array."""
    match value:
        case str():
            return {"DataType": "String", "StringValue": value}
        case tuple():
            return {"DataType": "String.Array", "StringValue": json.dumps(value)}
        case _:
            return {"DataType": "Number", "StringValue": f"{value:.5f}"}
