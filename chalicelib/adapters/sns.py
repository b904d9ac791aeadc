"""The topic that people subscribe to."""

import json
from typing import Any

from chalicelib.domain.notices import Notice


class SNSTopic:
    """One topic. Its client must not retry: a publish whose answer was lost would then reach people twice unnoticed."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, notice: Notice) -> None:
        """One Publish; whatever is raised, SNS did not confirm it."""
        self._client.publish(
            TopicArn=self._arn,
            Subject=notice.subject,
            Message=notice.body,
            MessageAttributes={name: _attribute(value) for name, value in notice.attributes.items()},
        )


def _attribute(value: str | float | tuple[str, ...]) -> dict[str, str]:
    """A number has five digits, as many as a filter policy compares; a filter matches any element of an array."""
    match value:
        case str():
            return {"DataType": "String", "StringValue": value}
        case tuple():
            return {"DataType": "String.Array", "StringValue": json.dumps(value)}
        case _:
            return {"DataType": "Number", "StringValue": f"{value:.5f}"}
