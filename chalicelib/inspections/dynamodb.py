"""The table of inspections, and what its stream says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from chalicelib.aws.dynamodb import Item, attribute, plain, timestamp
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.inspections.ports import Commit, InspectionQuery, Position

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import KeysAndAttributesOutputTypeDef, KeysAndAttributesTypeDef

_INSPECTION = TypeAdapter(Inspection)
_INDEX = "by_line_day"
_FAILED_INDEX = "failed"
_LARGEST_REQUEST = 100
"""Keys that one BatchGetItem takes."""


def to_item(inspection: Inspection) -> Item:
    """An inspection as an item; a live one also carries the two keys of the index by line and day.

    A failed one carries the key of the index of those: an index holds only the items that have its key.
    """
    item = {name: attribute(value) for name, value in asdict(inspection).items() if value is not None}
    if inspection.run == LIVE:
        item["line_day"] = {"S": _line_day(inspection.project, inspection.line, inspection.captured_at.date())}
        item["position"] = {"S": _position(inspection)}
    if inspection.verdict is Verdict.FAILED:
        item["failed_id"] = {"S": inspection.inspection_id}
    return item


def from_item(item: Mapping[str, Mapping[str, object]]) -> Inspection:
    """The inspection of an item; pydantic's ValidationError (a ValueError) says what is wrong with it."""
    return _INSPECTION.validate_python(plain(item))


def inspection_in(record: Mapping[str, Any]) -> Inspection | None:
    """What a record of the table's stream says was stored; None for a removal, which means nothing."""
    if record["eventName"] == "REMOVE":
        return None
    return from_item(record["dynamodb"]["NewImage"])


def _line_day(project: str, line: str, day: date) -> str:
    return f"{project}/{line}/{day.isoformat()}"


def _position(of: Position) -> str:
    return f"{timestamp(of.captured_at)}#{of.inspection_id}"


class DynamoDBInspections:
    """The inspections table: hash `inspection_id`, range `run`; index by line and day."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def commit(self, inspection: Inspection) -> Commit:
        """One conditional put. A put whose answer was lost finds its own item, and is not `stored`."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(inspection),
                ConditionExpression="attribute_not_exists(inspection_id) OR verdict = :failed",
                ExpressionAttributeValues={":failed": {"S": Verdict.FAILED}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return Commit(inspection, stored=False)
        return Commit(inspection, stored=True)

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        """The stored inspection, read consistently."""
        key = {"inspection_id": {"S": inspection_id}, "run": {"S": run}}
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        """Reads consistently, a hundred at a time."""
        absent = set(inspection_ids)
        for some in batched(sorted(absent), _LARGEST_REQUEST):
            wanted: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef]
            wanted = {self._table: self._keys_of(some)}
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                absent -= {item["inspection_id"]["S"] for item in answer["Responses"].get(self._table, [])}
                wanted = answer["UnprocessedKeys"]
        return absent

    def _keys_of(self, inspection_ids: Sequence[str]) -> "KeysAndAttributesTypeDef":
        return {
            "Keys": [{"inspection_id": {"S": inspection_id}, "run": {"S": LIVE}} for inspection_id in inspection_ids],
            "ProjectionExpression": "inspection_id",
            "ConsistentRead": True,
        }

    def failed(self) -> Iterator[Inspection]:
        """Scans the index of failed inspections, which holds nothing else."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, IndexName=_FAILED_INDEX):
            yield from map(from_item, page["Items"])

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection]:
        """One query per day from the newest on; each reads its pages only as far as the caller goes."""
        latest = f"{timestamp(query.until)}#~" if after is None else _position(after)
        day = (query.until if after is None else after.captured_at).astimezone(UTC).date()
        earliest = timestamp(query.since)
        while earliest <= latest and day >= query.since.astimezone(UTC).date():
            for item in self._pages(_line_day(query.project, query.line, day), earliest, latest):
                if after is None or item["position"]["S"] != latest:
                    yield from_item(item)
            day -= timedelta(days=1)

    def _pages(self, line_day: str, earliest: str, latest: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=_INDEX,
            KeyConditionExpression="line_day = :day AND #position BETWEEN :earliest AND :latest",
            ExpressionAttributeNames={"#position": "position"},
            ExpressionAttributeValues={
                ":day": {"S": line_day},
                ":earliest": {"S": earliest},
                ":latest": {"S": latest},
            },
            ScanIndexForward=False,
        )
        for page in pages:
            yield from page["Items"]
