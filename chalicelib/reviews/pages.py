"""The pages of the lists of reviews: the cursor as text, and the query that has one."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from chalicelib.http.cursors import parsed, position_of, text_of
from chalicelib.inspections.domain import ReviewList
from chalicelib.reviews.list_reviews import ListCursor, ReviewSearch

LONGEST_CURSOR = 300


def cursor_text(cursor: ListCursor) -> str:
    """A cursor as text for a URL. It has no project, so it cannot widen a search."""
    return text_of(cursor.on, cursor.at.isoformat(), cursor.inspection_id)


def cursor_of(text: object) -> ListCursor:
    """Parse the text of `cursor_text`; PydanticCustomError when it is not a cursor of this API."""
    return parsed(text, LONGEST_CURSOR, lambda on, *position: ListCursor(ReviewList(on), *position_of(*position)))


class ReviewListing(ReviewSearch):
    """A search and the cursor of the page to return."""

    cursor: Annotated[ListCursor | None, BeforeValidator(cursor_of), WithJsonSchema({"type": "string"})] = None
