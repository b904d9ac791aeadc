"""That a version judges the images of the line beside the hosted one, and nobody acts on it."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A shadow run of a version beside the `hosted` one, for so many `images` or `until` a time, whichever is first.

    `end` says why it ended earlier; empty while it runs, or if its time is over.
    """

    version: int
    hosted: int
    images: int
    until: AwareDatetime
    started_by: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    end: str = ""

    @property
    def shadow_id(self) -> str:
        """Its name within the project."""
        return f"{self.started_at:%Y%m%dT%H%M%S.%fZ}-{self.version}"

    @property
    def run(self) -> str:
        """The run of its rows in the lake."""
        return f"shadow#{self.version}"

    def runs(self, now: datetime) -> bool:
        """Whether it judges images whose inspection ended at this time."""
        return self.ended_at is None and now < self.until
