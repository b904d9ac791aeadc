"""Find one inspection, or list those of a line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.access_keys import require
from chalicelib.access.domain import Grant
from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.clock import MOST_AHEAD, Clock
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.core.image import is_id
from chalicelib.core.inspection import INSPECTION, LIVE, Inspection, Verdict
from chalicelib.core.link import Link, Links
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.validation import Id, Moment
from chalicelib.inspections.ports import InspectionQuery, Inspections, Position

LONGEST = timedelta(days=31)
USUAL = timedelta(hours=24)
LARGEST_LIMIT = 1000
"""The most inspections of one page."""
READ_AT_MOST = 10_000
"""The most inspections that one page reads while it filters, so that a search for a rare verdict does not time out."""
LARGEST_PAGE = 2 * 1024 * 1024
"""Bytes of JSON. A Lambda answer is limited to 6 MB, and escaping can make a text three times as long."""

HIDDEN = {"original_message"}
"""The fields of an inspection that the API does not answer."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position where a page ended."""

    captured_at: datetime
    inspection_id: str


class UnreadableInspection(TypedDict):
    """A stored inspection that cannot be read, and why."""

    inspection_id: str
    reason: str


def named(unreadable: Iterable[Unreadable]) -> list[UnreadableInspection]:
    """What an answer says of the inspections that it leaves out."""
    return [{"inspection_id": each.name, "reason": each.reason} for each in unreadable]


class InspectionSearch(BaseModel):
    """Which inspections of a line to list. The times limit captured_at, both inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Id | None = None
    line: Id
    camera: Id | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    verdict: Verdict | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT)] = 100

    def matches(self, inspection: Inspection) -> bool:
        """Whether the inspection has the requested camera and verdict."""
        return self.camera in {None, inspection.camera} and self.verdict in {None, inspection.verdict}


@dataclass(frozen=True, slots=True)
class Page:
    """Inspections, newest first. `end` is the cursor of the next page; None on the last page.

    `unreadable` are stored inspections that could not be read; they are left out of the others.
    """

    inspections: list[Inspection]
    end: Cursor | None
    unreadable: list[Unreadable] = field(default_factory=list)


def as_json(inspection: Inspection) -> str:
    """The public JSON of an inspection: all fields but `original_message` and the map. Times end in Z."""
    return INSPECTION.dump_json(inspection, exclude=HIDDEN).decode()


def find_inspection(inspection_id: str, grant: Grant, *, inspections: Inspections) -> Inspection:
    """The live inspection with this id. `NotFound`, or `Forbidden` when the key does not cover its camera.

    An inspection of another project is not found: a key says nothing about other projects.
    """
    found = inspections.find(inspection_id, LIVE) if is_id(inspection_id) else None
    if found is None or found.project != grant.project:
        raise NotFound(f"there is no inspection {inspection_id}; a new image has one after it was inspected")
    if not _covers(grant, found):
        raise Forbidden(f"this inspection belongs to another line or camera; this key covers {grant.scope}")
    return found


def find_map(inspection_id: str, grant: Grant, *, inspections: Inspections) -> AnomalyMap:
    """The anomaly map of the live inspection with this id; errors as in `find_inspection`."""
    text = find_inspection(inspection_id, grant, inspections=inspections).anomaly_map
    if text is None:
        raise NotFound(f"inspection {inspection_id} has no map: only images that a model inspected have one")
    return AnomalyMap.from_text(text)


def find_image(inspection_id: str, grant: Grant, *, inspections: Inspections, links: Links) -> Link:
    """A link to the image of the live inspection with this id; errors as in `find_inspection`."""
    found = find_inspection(inspection_id, grant, inspections=inspections)
    return links.to(found.bucket, found.key)


def list_inspections(
    search: InspectionSearch, grant: Grant, *, after: Cursor | None, inspections: Inspections, clock: Clock
) -> Page:
    """One page of a line's inspections that match the search and that the key covers.

    A page has fewer than `limit` inspections only if no more match, or if it would exceed `LARGEST_PAGE` or read
    more than `READ_AT_MOST`; then `end` is set. `Forbidden` or `InvalidRequest` says why there is no page.
    """
    require(grant, project=search.project, line=search.line, camera=search.camera)
    query = query_of_line(grant.project, search.line, search.since, search.until, clock())
    if after is not None and after.captured_at > query.until:
        raise InvalidRequest(("cursor", "belongs to another search: start again without a cursor"))
    return _read(search, grant, query, after, inspections)


def _read(
    search: InspectionSearch, grant: Grant, query: InspectionQuery, after: Cursor | None, inspections: Inspections
) -> Page:
    found: list[Inspection] = []
    unreadable: list[Unreadable] = []
    size, end = 0, after
    for read, inspection in enumerate(inspections.of_line(query, after)):
        if isinstance(inspection, Unreadable):
            unreadable.append(inspection)
            continue
        matches = search.matches(inspection) and _covers(grant, inspection)
        size += len(as_json(inspection)) if matches else 0
        enough = read >= READ_AT_MOST and end != after  # a page that ends where it began would be the last one
        if len(found) == search.limit or enough or (found and size > LARGEST_PAGE):
            return Page(found, end, unreadable)
        if matches:
            found.append(inspection)
        end = _cursor_of(inspection)
    return Page(found, None, unreadable)


def _cursor_of(position: Position) -> Cursor:
    return Cursor(position.captured_at, position.inspection_id)


def _covers(grant: Grant, inspection: Inspection) -> bool:
    return grant.covers(project=inspection.project, line=inspection.line, camera=inspection.camera)


def query_of_line(
    project: str, line: str, since: datetime | None, until: datetime | None, now: datetime
) -> InspectionQuery:
    """A query for the given time, without one for the last 24 hours; `InvalidRequest` for more than 31 days."""
    since, until = times_of(since, until, now, usual=USUAL, longest=LONGEST)
    return InspectionQuery(project=project, line=line, since=since, until=until)


def times_of(
    since: datetime | None, until: datetime | None, now: datetime, *, usual: timedelta, longest: timedelta
) -> tuple[datetime, datetime]:
    """The times of a search, without given ones the last `usual`; `InvalidRequest` for more than `longest`."""
    until = until or now + MOST_AHEAD
    since = since or until - usual
    if since > until:
        raise InvalidRequest(("from", "is later than the end"))
    if until - since > longest:
        raise InvalidRequest(("from", f"is more than {longest.days} days before the end: ask for a shorter time"))
    return since, until
