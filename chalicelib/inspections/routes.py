"""The routes by which people and cameras find inspections."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BeforeValidator, WithJsonSchema

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.inspection import Inspection
from chalicelib.core.link import Links
from chalicelib.core.small_picture import PictureSize
from chalicelib.http.cursors import parsed, position_of, text_of
from chalicelib.http.requests import query_of, require_accept
from chalicelib.http.responses import JPEG, PNG, json_of_link
from chalicelib.http.route import expose
from chalicelib.inspections.lines import CountSearch
from chalicelib.inspections.map_picture import png_of
from chalicelib.inspections.search import Cursor, InspectionSearch, Page, UnreadableInspection, as_json, named
from chalicelib.inspections.wiring import InspectionsWiring

LONGEST_CURSOR = 200


def cursor_text(cursor: Cursor) -> str:
    """A cursor as text for a URL. It has no project and no line, so it cannot widen a search."""
    return text_of(cursor.captured_at.isoformat(), cursor.inspection_id)


def cursor_of(text: object) -> Cursor:
    """Parse the text of `cursor_text`; PydanticCustomError when it is not a cursor of this API."""
    return parsed(text, LONGEST_CURSOR, lambda *position: Cursor(*position_of(*position)))


class Listing(InspectionSearch):
    """A search, the cursor of the page to return, and whether each inspection has a link to its image."""

    cursor: Annotated[Cursor | None, BeforeValidator(cursor_of), WithJsonSchema({"type": "string"})] = None
    image_urls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInspection(Inspection):
    """An inspection with a link to its image."""

    image_url: str


class InspectionPage(TypedDict):
    """Inspections, newest first. Go on with `next_cursor` until it is null. `unreadable` are left out of the others."""

    inspections: list[Inspection | LinkedInspection]
    next_cursor: str | None
    unreadable: NotRequired[list[UnreadableInspection]]


class LinesAnswer(TypedDict):
    """Lines by their names, sorted."""

    lines: list[str]


class CountsAnswer(TypedDict):
    """How many inspections have each verdict. If not `complete`, only the newest were counted."""

    counts: dict[str, int]
    complete: bool


def routes(authorize: ChaliceAuthorizer, inspections: Callable[[], InspectionsWiring]) -> Blueprint:
    """`GET` of inspections, of one with its map, image and picture, of lines and of counts."""

    def find_inspection(_request: Request, grant: Grant, inspection_id: str) -> str:
        """One inspection, as soon as there is a verdict."""
        return as_json(inspections().find_inspection(inspection_id, grant))

    def find_map(request: Request, grant: Grant, inspection_id: str) -> bytes:
        """Where the image is unusual: a grey PNG of at most 32 x 32 px."""
        require_accept(request, PNG)
        return png_of(inspections().find_map(inspection_id, grant))

    def find_picture(request: Request, grant: Grant, inspection_id: str) -> bytes:
        """A small picture of the image of an inspection."""
        require_accept(request, JPEG)
        return inspections().find_picture(inspection_id, query_of(request, PictureSize), grant)

    def list_inspections(request: Request, grant: Grant) -> str:
        """One page of a line's inspections, newest first."""
        listing = query_of(request, Listing)
        page = inspections().list_inspections(listing, grant, after=listing.cursor)
        log_unreadable(page.unreadable)
        return _json_of(page, inspections().links if listing.image_urls else None)

    def find_image(_request: Request, grant: Grant, inspection_id: str) -> str:
        """A link to the image of an inspection."""
        return json_of_link(inspections().find_image(inspection_id, grant))

    def list_lines(_request: Request, grant: Grant, project: str) -> str:
        """The lines that have inspections and that the key covers."""
        return json.dumps(LinesAnswer(lines=inspections().list_lines(project, grant)))

    def count_verdicts(request: Request, grant: Grant, project: str, line: str) -> str:
        """How many inspections of a line have which verdict."""
        found = inspections().count_verdicts(project, line, query_of(request, CountSearch), grant)
        return json.dumps(CountsAnswer(counts=dict(found.counts), complete=found.complete))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", "/inspections"), list_inspections, authorize)
    expose(blueprint, ("GET", "/inspections/{inspection_id}"), find_inspection, authorize)
    expose(blueprint, ("GET", "/inspections/{inspection_id}/map"), find_map, authorize)
    expose(blueprint, ("GET", "/inspections/{inspection_id}/image"), find_image, authorize)
    expose(blueprint, ("GET", "/inspections/{inspection_id}/picture"), find_picture, authorize)
    expose(blueprint, ("GET", "/projects/{project}/lines"), list_lines, authorize)
    expose(blueprint, ("GET", "/projects/{project}/lines/{line}/counts"), count_verdicts, authorize)
    return blueprint


def _json_of(page: Page, links: Links | None) -> str:
    """An `InspectionPage`."""
    cursor = None if page.end is None else cursor_text(page.end)
    inspections = ",".join(_with_link(each, links) for each in page.inspections)
    unreadable = named(page.unreadable)
    more = f',"unreadable":{json.dumps(unreadable)}' if unreadable else ""
    return f'{{"inspections":[{inspections}],"next_cursor":{json.dumps(cursor)}{more}}}'


def _with_link(inspection: Inspection, links: Links | None) -> str:
    if links is None:
        return as_json(inspection)
    url = links.to(inspection.bucket, inspection.key).url
    return f'{as_json(inspection)[:-1]},"image_url":{json.dumps(url)}}}'
