"""The projects table as the registry writes it: which version of each project is the live one."""

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.aws.dynamodb import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBLiveVersions:
    """The projects table: hash key `project`; `pointed` is the order of the last call of `point`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def point(self, project: str, version: str | None, *, order: int) -> None:
        """One conditional update."""
        then = "REMOVE live_version" if version is None else ", live_version = :version"
        values: Item = {} if version is None else {":version": {"S": version}}
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table,
                Key={"project": {"S": project}},
                UpdateExpression=f"SET pointed = :order {then}",
                ConditionExpression="attribute_not_exists(pointed) OR pointed <= :order",
                ExpressionAttributeValues={**values, ":order": {"N": str(order)}},
            )
