"""What every event has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from chalicelib.core.values import Id, Name, Time


class Event(BaseModel):
    """The envelope of every event.

    `event_id` stays the same when the same event is published again; `occurred_at` is UTC; `correlation_id` is the
    same in the camera's request, the logs, the inspection and its row in the lake.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    schema_version: Literal[1]
    event_id: Id
    occurred_at: Time
    correlation_id: Name

    @classmethod
    def _made(
        cls, identity: Sequence[str], fields: Mapping[str, object], *, at: datetime, correlation_id: str | None = None
    ) -> Self:
        """The event of this class. The same identity always has the same event id."""
        event_id = sha256("\n".join((cls.__name__, *identity)).encode()).hexdigest()[:32]
        envelope = {
            "event_type": cls.__name__,
            "schema_version": 1,
            "event_id": event_id,
            "occurred_at": at,
            "correlation_id": event_id if correlation_id is None else correlation_id,
        }
        return cls.model_validate({**envelope, **fields})
