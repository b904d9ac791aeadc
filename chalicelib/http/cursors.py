"""Cursors: where a page of a list ended, as a text for URLs that no client needs to understand."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError

from chalicelib.core.image import is_id
from chalicelib.core.validation import Moment

_moment: TypeAdapter[datetime] = TypeAdapter(Moment)


def text_of(*parts: str) -> str:
    """The parts of a cursor as text."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


def parsed[T](text: object, longest: int, make: Callable[..., T]) -> T:
    """The cursor that `make` makes of the parts; PydanticCustomError when the text is not a cursor of this API.

    `make` raises ValueError or TypeError for other parts. Only the first `longest` characters are read.
    """
    try:
        return make(*json.loads(urlsafe_b64decode(str(text)[:longest])))
    except (ValueError, TypeError) as error:
        message = "is not a cursor returned by this API: send next_cursor unchanged, or send no cursor"
        raise PydanticCustomError("cursor", message) from error


def position_of(moment: object, inspection_id: object) -> tuple[datetime, str]:
    """The position of an inspection by its two parts; ValueError if they are none."""
    if not (isinstance(inspection_id, str) and is_id(inspection_id)):
        raise ValueError("no id of an inspection")
    return _moment.validate_python(moment), inspection_id
