"""Why messages failed, kept for as long as a dead-letter queue keeps them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.core.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=15)
"""One day longer than a dead-letter queue keeps a message."""


DIED = "worker died or timed out"
"""The error to show for a message when no attempt recorded one."""


class FailureLog(Protocol):
    """The last error of each failed message, for people who find the message in a dead-letter queue."""

    def record(self, message_id: str, error: str) -> None:
        """Store the error; it replaces an earlier one."""
        ...

    def find(self, message_id: str) -> str | None:
        """The latest error; None when the worker died before it could record one."""
        ...


class DynamoDBFailureLog:
    """The failures table: hash key `message_id`; items expire at `expires_at`."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def record(self, message_id: str, error: str) -> None:
        """One put."""
        now = self._clock()
        self._client.put_item(
            TableName=self._table,
            Item={
                "message_id": {"S": message_id},
                "cause": {"S": error},
                "failed_at": {"S": now.isoformat()},
                "expires_at": {"N": str(int((now + KEPT).timestamp()))},
            },
        )

    def find(self, message_id: str) -> str | None:
        """One read."""
        answer = self._client.get_item(TableName=self._table, Key={"message_id": {"S": message_id}})
        return answer.get("Item", {}).get("cause", {}).get("S")
