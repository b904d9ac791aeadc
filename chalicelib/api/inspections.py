"""People and cameras ask what became of images."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BeforeValidator, TypeAdapter
from pydantic_core import PydanticCustomError

from chalicelib import wiring
from chalicelib.api.answering import expose
from chalicelib.api.reading import query_of
from chalicelib.domain.access import Grant
from chalicelib.domain.image import is_id
from chalicelib.stages.fields import Moment
from chalicelib.stages.looking_up import InspectionSearch, Page, Place, as_json

LONGEST_CURSOR = 200

_moment: TypeAdapter[datetime] = TypeAdapter(Moment)


def cursor_of(place: Place) -> str:
    """A place as text for a URL. It names no project and no line: it leads nowhere that the search does not."""
    told = json.dumps([place.captured_at.isoformat(), place.inspection_id])
    return urlsafe_b64encode(told.encode()).decode()


def place_of(cursor: object) -> Place:
    """The place that a cursor tells."""
    try:
        moment, inspection_id = json.loads(urlsafe_b64decode(str(cursor)[:LONGEST_CURSOR]))
        if is_id(inspection_id):
            return Place(_moment.validate_python(moment), inspection_id)
    except (ValueError, TypeError) as error:
        raise _no_cursor() from error
    raise _no_cursor()


def _no_cursor() -> PydanticCustomError:
    return PydanticCustomError("cursor", "is none that was given out: send next_cursor as it came, or none")


class Listing(InspectionSearch):
    """A search, and where to go on with it."""

    cursor: Annotated[Place | None, BeforeValidator(place_of)] = None


def routes(authorize: ChaliceAuthorizer) -> Blueprint:
    """`GET /inspections` and `GET /inspections/{inspection_id}`."""
    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", "/inspections"), list_inspections, authorize)
    expose(blueprint, ("GET", "/inspections/{inspection_id}"), find_inspection, authorize)
    return blueprint


def find_inspection(_request: Request, grant: Grant, inspection_id: str) -> str:
    """One inspection."""
    return as_json(wiring.find_inspection()(inspection_id, grant))


def list_inspections(request: Request, grant: Grant) -> str:
    """One page of a line's inspections, newest first, and the cursor of the next."""
    listing = query_of(request, Listing)
    return _json_of(wiring.list_inspections()(listing, grant, after=listing.cursor))


def _json_of(page: Page) -> str:
    cursor = None if page.end is None else cursor_of(page.end)
    inspections = ",".join(map(as_json, page.inspections))
    return f'{{"inspections":[{inspections}],"next_cursor":{json.dumps(cursor)}}}'
