"""The values that an inspection may hold: whatever is stored or published can be read back everywhere.

The checks are functions, not constraints of a schema, so that the published JSON Schemas stay as they are.
"""

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.image import is_id

LARGEST_INTEGER = 2**53
"""Every reader of JSON and of DynamoDB's numbers holds integers up to here exactly."""
LONGEST_NAME = 256
LONGEST_REASON = 4000
LONGEST_MESSAGE = 64 * 1024
"""Characters of a failed image's message: with it an item keeps far below 400 kB, and an event below 256 kB."""


def usable_time(moment: datetime) -> datetime:
    """A time with an offset, from 1970 to 9998, so that date arithmetic cannot overflow."""
    if moment.utcoffset() is None:
        raise PydanticCustomError("time", "must have an offset from UTC")
    if not 1970 <= moment.year < 9999:
        raise PydanticCustomError("time", "must be of the years 1970 to 9998")
    return moment


def text_up_to(length: int) -> AfterValidator:
    """A check for text of at most so many characters that UTF-8 can encode."""

    def check(text: str) -> str:
        if len(text) > length:
            raise PydanticCustomError("text", "must have at most {length} characters", {"length": length})
        if storable(text, length) != text:
            raise PydanticCustomError("text", "must not have half of a surrogate pair")
        return text

    return AfterValidator(check)


def storable(text: str, length: int) -> str:
    """The text cut to so many characters, with escapes for what UTF-8 cannot encode."""
    return text.encode("utf-8", "backslashreplace").decode()[:length]


def _checked(kind: str, message: str, holds: Callable[[object], bool]) -> AfterValidator:
    def check[T](value: T) -> T:
        if not holds(value):
            raise PydanticCustomError(kind, message)
        return value

    return AfterValidator(check)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= LARGEST_INTEGER


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and isfinite(value)


def _is_probability(value: object) -> bool:
    return isinstance(value, float) and 0 <= value <= 1


def _map_text(text: str | None) -> str | None:
    if text is not None:
        AnomalyMap.from_text(text)
    return text


Id = Annotated[str, _checked("id", "must be 1 to 64 of A-Z a-z 0-9 . _ - and not only dots", lambda v: is_id(str(v)))]
Run = Annotated[str, text_up_to(100)]
Count = Annotated[int, _checked("count", "must be from 0 to 2**53", _is_count)]
Finite = Annotated[float, _checked("finite", "must be a finite number", _is_finite)]
Probability = Annotated[float, _checked("probability", "must be from 0 to 1", _is_probability)]
Time = Annotated[datetime, AfterValidator(usable_time)]
Name = Annotated[str, text_up_to(LONGEST_NAME)]
Key = Annotated[str, text_up_to(1024)]
Reason = Annotated[str, text_up_to(LONGEST_REASON)]
Comment = Annotated[str, text_up_to(10_000)]
Message = Annotated[str, text_up_to(LONGEST_MESSAGE)]
MapText = Annotated[SkipJsonSchema[str | None], AfterValidator(_map_text), Field(exclude=True)]
"""The text of an `AnomalyMap` or None; it is never written as JSON and is in no schema."""
