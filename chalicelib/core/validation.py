"""The types of a request's fields, with error messages that say what to send instead."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.core.image import ID_PATTERN, is_id


def _checked_id(text: str) -> str:
    if not is_id(text):
        raise PydanticCustomError("id", "must be 1 to 64 of A-Z a-z 0-9 . _ - and not only dots")
    return text


def _moment(value: object) -> datetime:
    """Parse ISO 8601 text to a time in UTC. An offset is required, because a camera's time zone is not known.

    Years before 1970 and from 9999 on are refused, so that later date arithmetic cannot overflow.
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year < 9999:
        raise PydanticCustomError(
            "moment", "must be an ISO 8601 time with an offset, like 2026-03-14T09:26:53Z (in a URL write + as %2B)"
        )
    return moment.astimezone(UTC)


Id = Annotated[str, AfterValidator(_checked_id), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
