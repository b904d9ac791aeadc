"""The pages of the lists of reviews: the cursor as text, and the query that has one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.core.image import is_id
from chalicelib.core.validation import Moment
from chalicelib.inspections.domain import ReviewList
from chalicelib.reviews.list_reviews import ListCursor, ReviewSearch

LONGEST_CURSOR = 300

_moment: TypeAdapter[datetime] = TypeAdapter(Moment)


def cursor_text(cursor: ListCursor) -> str:
    """A cursor as text for a URL. It has no project, so it cannot widen a search."""
    text = json.dumps([cursor.on, cursor.at.isoformat(), cursor.inspection_id])
    return urlsafe_b64encode(text.encode()).decode()


def cursor_of(text: object) -> ListCursor:
    """Parse the text of `cursor_text`; PydanticCustomError when it is not a cursor of this API."""
    try:
        on, moment, inspection_id = json.loads(urlsafe_b64decode(str(text)[:LONGEST_CURSOR]))
        if isinstance(inspection_id, str) and is_id(inspection_id):
            return ListCursor(ReviewList(on), _moment.validate_python(moment), inspection_id)
    except (ValueError, TypeError) as error:
        raise _invalid_cursor() from error
    raise _invalid_cursor()


def _invalid_cursor() -> PydanticCustomError:
    return PydanticCustomError(
        "cursor", "is not a cursor returned by this API: send next_cursor unchanged, or send no cursor"
    )


class ReviewListing(ReviewSearch):
    """A search and the cursor of the page to return."""

    cursor: Annotated[ListCursor | None, BeforeValidator(cursor_of), WithJsonSchema({"type": "string"})] = None
