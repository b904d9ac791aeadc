"""The verdicts of shadow runs in DynamoDB."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.core.clock import Clock
from chalicelib.promotion.domain import ONE_JUDGED, Judged

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=400)
"""How long they are kept, as long as comparisons."""


class DynamoDBShadowVerdicts:
    """Hash key `shadow` (`<project>/<shadow id>`), range key `inspection_id`; the value is JSON in `body`."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, project: str, shadow_id: str, judged: Judged) -> None:
        """One put, which replaces an earlier one of the same image."""
        item = {
            "shadow": {"S": f"{project}/{shadow_id}"},
            "inspection_id": {"S": judged.inspection_id},
            "body": {"S": ONE_JUDGED.dump_json(judged).decode()},
            "expires_at": {"N": str(int((self._clock() + KEPT).timestamp()))},
        }
        self._client.put_item(TableName=self._table, Item=item)

    def count(self, project: str, shadow_id: str) -> int:
        """A consistent query that answers no items."""
        return sum(page["Count"] for page in self._pages(project, shadow_id, Select="COUNT", ConsistentRead=True))

    def all(self, project: str, shadow_id: str) -> Iterator[Judged]:
        """A query."""
        for page in self._pages(project, shadow_id):
            for item in page["Items"]:
                yield ONE_JUDGED.validate_json(item["body"]["S"])

    def _pages(self, project: str, shadow_id: str, **more: Any) -> Iterator[Any]:
        yield from self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="shadow = :shadow",
            ExpressionAttributeValues={":shadow": {"S": f"{project}/{shadow_id}"}},
            **more,
        )
