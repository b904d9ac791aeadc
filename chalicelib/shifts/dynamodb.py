"""The table of calendars: hash key `project`; each item has the record as JSON in `body`, and its `number`."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.domain import CalendarRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RECORD: TypeAdapter[CalendarRecord] = TypeAdapter(CalendarRecord)


class DynamoDBCalendars:
    """The table of calendars."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, project: str) -> CalendarRecord:
        """One consistent read."""
        item = self._client.get_item(TableName=self._table, Key=_key(project), ConsistentRead=True).get("Item")
        if item is None:
            return CalendarRecord(project=project)
        found = _record_in(item)
        if isinstance(found, Unreadable):
            raise UnreadableRecord(found)
        return found

    def all(self) -> Iterator[CalendarRecord | Unreadable]:
        """A scan: the table has one small item a project."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True):
            yield from map(_record_in, page["Items"])

    def put(self, record: CalendarRecord) -> bool:
        """One conditional put."""
        new = "attribute_not_exists(#number)"
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_key(record.project),
                    "number": {"N": str(record.number)},
                    "body": {"S": RECORD.dump_json(record).decode()},
                },
                ConditionExpression=f"{new} OR #number = :before" if record.number == 1 else "#number = :before",
                ExpressionAttributeNames={"#number": "number"},
                ExpressionAttributeValues={":before": {"N": str(record.number - 1)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def remove(self, project: str) -> None:
        """One delete."""
        self._client.delete_item(TableName=self._table, Key=_key(project))


def _key(project: str) -> Any:
    return {"project": {"S": project}}


def _record_in(item: Mapping[str, Any]) -> CalendarRecord | Unreadable:
    try:
        return RECORD.validate_json(item["body"]["S"])
    except (KeyError, ValueError) as error:
        content = json.dumps(item, default=str)
        return Unreadable("calendars table", item["project"]["S"], describe_error(error), content)
