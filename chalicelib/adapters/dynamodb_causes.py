"""Why messages failed, kept for as long as a dead-letter queue keeps them."""

from datetime import timedelta
from typing import Any

from chalicelib.ports import Clock

KEPT = timedelta(days=15)
"""A dead-letter queue holds a message for 14 days."""


class DynamoDBCauses:
    """The failures table: hash `message_id`, expiring by `expires_at`."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def keep(self, message_id: str, cause: str) -> None:
        """Remember the latest cause."""
        now = self._clock()
        item = {
            "message_id": {"S": message_id},
            "cause": {"S": cause},
            "failed_at": {"S": now.isoformat()},
            "expires_at": {"N": str(int((now + KEPT).timestamp()))},
        }
        self._client.put_item(TableName=self._table, Item=item)

    def find(self, message_id: str) -> str | None:
        """The latest cause; None when the worker died before it could keep one."""
        answer = self._client.get_item(TableName=self._table, Key={"message_id": {"S": message_id}})
        cause: str | None = answer["Item"]["cause"]["S"] if "Item" in answer else None
        return cause
