"""Times as texts of answers."""

from typing import Annotated

from pydantic import WithJsonSchema

CLOCK_TIME = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
ClockTime = Annotated[str, WithJsonSchema(CLOCK_TIME)]
