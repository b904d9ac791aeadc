"""An inspection as an item of its table, as a record of the table's stream, and as a place in an index."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from chalicelib.aws.dynamodb import Item, attribute, plain, timestamp
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.inspection import INSPECTION, LIVE, Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import ReviewList, review_list_of, review_position
from chalicelib.inspections.draw_number import is_listed
from chalicelib.inspections.ports import Position


def to_item(inspection: Inspection) -> Item:
    """An inspection as an item. A live one also has the two keys of the index by line and day.

    A failed one has the key of the index of failed inspections, one with a small number in the draw those of the index
    of these, and one that is on a list for people those of the index of these lists: an index holds only items that
    have its key.
    """
    item = {name: attribute(value) for name, value in asdict(inspection).items() if value not in (None, ())}
    if inspection.run == LIVE:
        item["line_day"] = {"S": line_day(inspection.project, inspection.line, inspection.captured_at.date())}
        item["position"] = {"S": position_of(inspection)}
    if is_listed(inspection):
        item["draw_project"] = {"S": inspection.project}
        item["draw_position"] = {"S": place_of(inspection.inspected_at, inspection.inspection_id)}
    if inspection.verdict is Verdict.FAILED:
        item["failed_id"] = {"S": inspection.inspection_id}
    if (on := review_list_of(inspection)) is not None:
        item["review_list"] = {"S": f"{inspection.project}/{on}"}
        item["review_position"] = {"S": place_of(*review_position(inspection))}
    return item


def from_item(item: Mapping[str, Mapping[str, object]]) -> Inspection:
    """Parse an item; pydantic's ValidationError (a ValueError) says what is wrong with it."""
    return INSPECTION.validate_python(plain(item))


def read(item: Item) -> Inspection | Unreadable:
    """The inspection of an item, or why it cannot be read."""
    try:
        return from_item(item)
    except ValueError as error:
        name = item.get("inspection_id", {}).get("S", "")
        content = json.dumps(item, default=str)
        return Unreadable("inspections table", name, describe_error(error), content)


def readable(item: Item) -> Inspection:
    """The inspection of an item. `UnreadableRecord` when it cannot be read."""
    found = read(item)
    if isinstance(found, Unreadable):
        raise UnreadableRecord(found)
    return found


def listed(item: Item, on: ReviewList) -> Inspection | Unreadable:
    """The item, if it is on this list and at its place there: a review has answers, and a page ends where it says."""
    found = read(item)
    if isinstance(found, Unreadable):
        return found
    at_its_place = item["review_position"]["S"] == place_of(*review_position(found))
    if at_its_place and (review_list_of(found) is ReviewList.REVIEWED) is (on is ReviewList.REVIEWED):
        return found
    content = json.dumps(item, default=str)
    return Unreadable("inspections table", found.inspection_id, f"it is wrongly listed as {on}", content)


def inspection_in(record: Mapping[str, Any]) -> Inspection | None:
    """The inspection that a record of the table's stream stored; None for a removal, which needs no event."""
    if record["eventName"] == "REMOVE":
        return None
    return from_item(record["dynamodb"]["NewImage"])


def line_day(project: str, line: str, day: date) -> str:
    """The key of the index by line and day."""
    return f"{project}/{line}/{day.isoformat()}"


def position_of(of: Position) -> str:
    """The place of an inspection in its line and day."""
    return place_of(of.captured_at, of.inspection_id)


def place_of(moment: datetime, inspection_id: str) -> str:
    """A place in an index that is sorted by time: `<time>#<inspection id>`."""
    return f"{timestamp(moment)}#{inspection_id}"
