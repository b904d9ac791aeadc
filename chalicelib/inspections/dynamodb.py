"""The table of inspections."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.aws.dynamodb import Item, existing, queried, timestamp
from chalicelib.core.clock import moment_of
from chalicelib.core.describe import describe_error
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import after_review
from chalicelib.inspections.items import from_item, line_day, listed, place_of, position_of, read, readable, to_item
from chalicelib.inspections.ports import Commit, Drawn, InspectionQuery, ListQuery, Position
from chalicelib.inspections.put_conditions import is_still, keeps_answers, replaces

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INDEX = "by_line_day"
_FAILED_INDEX = "failed"
_REVIEWS_INDEX = "reviews"
_DRAW_INDEX = "draw"


class DynamoDBInspections:
    """The inspections table: hash key `inspection_id`, range key `run`; indexes by line and day, and of the failed."""

    def __init__(self, client: "DynamoDBClient", table: str, *, lines: str) -> None:
        """`lines` is the table of the lines that have inspections: hash key `project`, range key `line`."""
        self._client = client
        self._table = table
        self._query = partial(queried, client, table)
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
        found = self._put(item, replaces(inspection))
        while found is not None and inspection.verdict is not Verdict.FAILED and keeps_answers(found):
            failed = readable(found)
            inspection = after_review(inspection, failed)
            found = self._put(to_item(inspection), is_still(failed))
        return Commit(inspection, stored=found is None)

    def replace(self, known: Inspection, changed: Inspection) -> bool:
        """One conditional put. ValueError when the item could not be read back: nothing is written then."""
        item = to_item(changed)
        from_item(item)
        return self._put(item, is_still(known)) is None

    def _put(self, item: Item, condition: Mapping[str, Any]) -> Item | None:
        """Put the item. If the condition fails, nothing is stored, and the item that is there is returned."""
        try:
            self._client.put_item(
                TableName=self._table, Item=item, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            answer: Mapping[str, Any] = error.response
            found: Item = answer["Item"]
            return found
        return None

    def _write_down_line(self, project: str, line: str) -> None:
        if (project, line) not in self._known_lines:
            self._client.put_item(TableName=self._lines, Item={"project": {"S": project}, "line": {"S": line}})
            self._known_lines.add((project, line))

    def lines(self) -> Iterator[tuple[str, str]]:
        """A scan of the table of lines: one small item each."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._lines, ConsistentRead=True):
            yield from ((item["project"]["S"], item["line"]["S"]) for item in page["Items"])

    def lines_of(self, project: str) -> Iterator[str]:
        """A query of the table of lines."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._lines,
            KeyConditionExpression="#project = :project",
            ExpressionAttributeNames={"#project": "project"},
            ExpressionAttributeValues={":project": {"S": project}},
        )
        for page in pages:
            yield from (item["line"]["S"] for item in page["Items"])

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        """The stored inspection or None, by a consistent read. `UnreadableRecord` when it cannot be read."""
        item = self._item(inspection_id, run)
        return None if item is None else readable(item)

    def unreadable(self, inspection_id: str) -> Unreadable | None:
        """One consistent read."""
        item = self._item(inspection_id, LIVE)
        found = None if item is None else read(item)
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
            yield from map(read, page["Items"])

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection | Unreadable]:
        """One query for each day, newest first. Pages are read only as the caller needs them."""
        return map(read, self._items(query, after))

    def verdicts_of_line(self, query: InspectionQuery) -> Iterator[tuple[str, str]]:
        """The same queries; only camera and verdict are sent."""
        for item in self._items(query, None, ProjectionExpression="camera, verdict"):
            camera, verdict = (item.get(name, {}).get("S", "") for name in ("camera", "verdict"))
            yield camera, verdict

    def _items(self, query: InspectionQuery, after: Position | None, **only: Any) -> Iterator[Item]:
        latest = f"{timestamp(query.until)}#~" if after is None else position_of(after)
        day = (query.until if after is None else after.captured_at).astimezone(UTC).date()
        earliest = timestamp(query.since)
        while earliest <= latest and day >= query.since.astimezone(UTC).date():
            on = ("line_day", line_day(query.project, query.line, day))
            pages = self._query(_INDEX, on, ("position", earliest, latest), **only)
            for item in pages:
                if after is None or item["position"]["S"] != latest:
                    yield item
            day -= timedelta(days=1)

    def of_list(self, query: ListQuery, after: tuple[datetime, str] | None = None) -> Iterator[Inspection | Unreadable]:
        """One query. Pages are read only as the caller needs them."""
        earliest, latest = timestamp(query.since), f"{timestamp(query.until)}#~"
        if after is not None:
            earliest, latest = (place_of(*after), latest) if query.oldest_first else (earliest, place_of(*after))
        if earliest > latest:
            return
        on, between = ("review_list", f"{query.project}/{query.on}"), ("review_position", earliest, latest)
        for item in self._query(_REVIEWS_INDEX, on, between, forward=query.oldest_first):
            if after is None or item["review_position"]["S"] != place_of(*after):
                yield listed(item, query.on)

    def small_numbers(self, project: str, since: datetime, until: datetime) -> Iterator[Drawn | Unreadable]:
        """One query, of keys only."""
        between = ("draw_position", timestamp(since), timestamp(until))
        for item in self._query(_DRAW_INDEX, ("draw_project", project), between, forward=True):
            inspected_at, _, inspection_id = item["draw_position"]["S"].partition("#")
            try:
                yield inspection_id, moment_of(inspected_at)
            except ValueError as error:
                yield Unreadable("inspections table", item["inspection_id"]["S"], describe_error(error), str(item))

    def of_ids(self, inspection_ids: Sequence[str]) -> Iterator[Inspection | Unreadable]:
        """Consistent reads, a hundred ids each."""
        keys: list[Item] = [{"inspection_id": {"S": each}, "run": {"S": LIVE}} for each in sorted({*inspection_ids})]
        return map(read, existing(self._client, self._table, keys, whole=True))
