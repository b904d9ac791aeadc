"""The table of inspections and the records of its stream."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.aws.dynamodb import Item, attribute, existing, plain, timestamp
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.inspection import INSPECTION, LIVE, Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.ports import Commit, InspectionQuery, Position

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INDEX = "by_line_day"
_FAILED_INDEX = "failed"


def to_item(inspection: Inspection) -> Item:
    """An inspection as an item. A live one also has the two keys of the index by line and day.

    A failed one has the key of the index of failed inspections: an index holds only items that have its key.
    """
    item = {name: attribute(value) for name, value in asdict(inspection).items() if value not in (None, ())}
    if inspection.run == LIVE:
        item["line_day"] = {"S": _line_day(inspection.project, inspection.line, inspection.captured_at.date())}
        item["position"] = {"S": _position(inspection)}
    if inspection.verdict is Verdict.FAILED:
        item["failed_id"] = {"S": inspection.inspection_id}
    return item


def from_item(item: Mapping[str, Mapping[str, object]]) -> Inspection:
    """Parse an item; pydantic's ValidationError (a ValueError) says what is wrong with it."""
    return INSPECTION.validate_python(plain(item))


def _read(item: Item) -> Inspection | Unreadable:
    try:
        return from_item(item)
    except ValueError as error:
        name = item.get("inspection_id", {}).get("S", "")
        content = json.dumps(item, default=str)
        return Unreadable("inspections table", name, describe_error(error), content)


def inspection_in(record: Mapping[str, Any]) -> Inspection | None:
    """The inspection that a record of the table's stream stored; None for a removal, which needs no event."""
    if record["eventName"] == "REMOVE":
        return None
    return from_item(record["dynamodb"]["NewImage"])


def _replaces(inspection: Inspection) -> dict[str, Any]:
    """The condition of a put: there is no inspection, or a failed one that this replaces."""
    condition, values = "attribute_not_exists(inspection_id) OR verdict = :failed", {":failed": {"S": Verdict.FAILED}}
    if inspection.verdict is not Verdict.FAILED:
        return {"ConditionExpression": condition, "ExpressionAttributeValues": values}
    return {
        "ConditionExpression": f"{condition} AND #reason <> :reason",
        "ExpressionAttributeNames": {"#reason": "reason"},
        "ExpressionAttributeValues": values | {":reason": {"S": inspection.reason or ""}},
    }


def _line_day(project: str, line: str, day: date) -> str:
    return f"{project}/{line}/{day.isoformat()}"


def _position(of: Position) -> str:
    return f"{timestamp(of.captured_at)}#{of.inspection_id}"


class DynamoDBInspections:
    """The inspections table: hash key `inspection_id`, range key `run`; indexes by line and day, and of the failed."""

    def __init__(self, client: "DynamoDBClient", table: str, *, lines: str) -> None:
        """`lines` is the table of the lines that have inspections: hash key `project`, range key `line`."""
        self._client = client
        self._table = table
        self._lines = lines
        self._known_lines: set[tuple[str, str]] = set()

    def commit(self, inspection: Inspection) -> Commit:
        """One conditional put. If an answer was lost, the repeated put finds its own item and is not `stored`.

        A verdict replaces a failed inspection, and so does a failure for another reason: an image that is announced
        twice fails once. ValueError when the item could not be read back: nothing is written then. The first commit of
        a line in a worker also writes down the line.
        """
        item = to_item(inspection)
        from_item(item)
        self._write_down_line(inspection.project, inspection.line)
        try:
            self._client.put_item(TableName=self._table, Item=item, **_replaces(inspection))
        except self._client.exceptions.ConditionalCheckFailedException:
            return Commit(inspection, stored=False)
        return Commit(inspection, stored=True)

    def _write_down_line(self, project: str, line: str) -> None:
        if (project, line) not in self._known_lines:
            self._client.put_item(TableName=self._lines, Item={"project": {"S": project}, "line": {"S": line}})
            self._known_lines.add((project, line))

    def lines(self) -> Iterator[tuple[str, str]]:
        """A scan of the table of lines: one small item each."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._lines, ConsistentRead=True):
            yield from ((item["project"]["S"], item["line"]["S"]) for item in page["Items"])

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        """The stored inspection or None, by a consistent read. `UnreadableRecord` when it cannot be read."""
        item = self._item(inspection_id, run)
        if item is None:
            return None
        found = _read(item)
        if isinstance(found, Unreadable):
            raise UnreadableRecord(found)
        return found

    def unreadable(self, inspection_id: str) -> Unreadable | None:
        """One consistent read."""
        item = self._item(inspection_id, LIVE)
        found = None if item is None else _read(item)
        return found if isinstance(found, Unreadable) else None

    def remove_unreadable(self, inspection_id: str) -> None:
        """A read and a delete."""
        if self.unreadable(inspection_id) is not None:
            key = {"inspection_id": {"S": inspection_id}, "run": {"S": LIVE}}
            self._client.delete_item(TableName=self._table, Key=key)

    def _item(self, inspection_id: str, run: str) -> Item | None:
        key = {"inspection_id": {"S": inspection_id}, "run": {"S": run}}
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        """Consistent reads, a hundred ids each."""
        wanted = set(inspection_ids)
        keys: list[Item] = [{"inspection_id": {"S": each}, "run": {"S": LIVE}} for each in sorted(wanted)]
        found = existing(self._client, self._table, keys)
        return wanted - {item["inspection_id"]["S"] for item in found}

    def verdicts(self, inspection_ids: Sequence[str]) -> Mapping[str, Verdict]:
        """Consistent reads, a hundred ids each. A verdict that nobody knows is none."""
        keys: list[Item] = [{"inspection_id": {"S": each}, "run": {"S": LIVE}} for each in sorted({*inspection_ids})]
        found = existing(self._client, self._table, keys, "verdict")
        by_id = {item["inspection_id"]["S"]: item.get("verdict", {}).get("S") for item in found}
        return {each: Verdict(verdict) for each, verdict in by_id.items() if verdict in set(Verdict)}

    def failed(self) -> Iterator[Inspection | Unreadable]:
        """A scan of the index of failed inspections."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, IndexName=_FAILED_INDEX):
            yield from map(_read, page["Items"])

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection | Unreadable]:
        """One query for each day, newest first. Pages are read only as the caller needs them."""
        latest = f"{timestamp(query.until)}#~" if after is None else _position(after)
        day = (query.until if after is None else after.captured_at).astimezone(UTC).date()
        earliest = timestamp(query.since)
        while earliest <= latest and day >= query.since.astimezone(UTC).date():
            for item in self._pages(_line_day(query.project, query.line, day), earliest, latest):
                if after is None or item["position"]["S"] != latest:
                    yield _read(item)
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
