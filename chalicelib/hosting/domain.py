"""What there is of a project in AWS, as it was observed."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.core.errors import LinewatchError


class HostingRefused(LinewatchError):
    """AWS will not do this however often it is asked; the message says why."""


class HostingBusy(LinewatchError):
    """AWS cannot do this now: a mapping is being changed, or there are too many requests."""


class Reading(StrEnum):
    """Whether workers read a project's queue. The names are those of a mapping's states."""

    ON = "Enabled"
    OFF = "Disabled"
    CHANGING = "Changing"
    """AWS is busy with an earlier change, for up to a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The mapping of a queue to the function that inspects: its id, its state, and its most workers."""

    mapping: str
    queue: str
    reading: Reading
    most: int
    current: bool = True
    """Whether it calls the function that it should: with releases by canary that is an alias."""

    def are(self, most: int) -> bool:
        """Whether so many workers read the queue."""
        return self.reading is Reading.ON and self.most == most and self.current
