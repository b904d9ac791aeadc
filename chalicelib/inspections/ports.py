"""What inspections need of the outside: images, the table, the event bus."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An object as it was read."""

    content: bytes
    content_type: str | None
    metadata: Mapping[str, str]


class Images(Protocol):
    """The bucket's images."""

    def read(self, image: UploadedImage) -> StoredImage:
        """The content with this very ETag; `ObjectGone` when it was deleted or replaced."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionQuery:
    """Which inspections of one line, newest first. `since` and `until` (both inclusive, UTC) bound captured_at."""

    project: str
    line: str
    since: datetime
    until: datetime


class Position(Protocol):
    """A position in the order of a line's inspections; every inspection has one."""

    @property
    def captured_at(self) -> datetime: ...
    @property
    def inspection_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Commit:
    """What became of a commit: `stored` is False when the image had a verdict already, which stays."""

    inspection: Inspection
    stored: bool


class Inspections(Protocol):
    """The table of inspections."""

    def commit(self, inspection: Inspection) -> Commit:
        """Store it unless a verdict other than `failed` is there. This is the one commit point of the pipeline."""
        ...

    def find(self, inspection_id: str, run: str) -> Inspection | None: ...

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection]:
        """Newest first by (captured_at, inspection id), reading lazily, from behind `after` where it is given."""
        ...

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        """Those of these that have no live inspection."""
        ...

    def failed(self) -> Iterator[Inspection]:
        """Every inspection whose verdict is `failed`, in no order."""
        ...


class EventBus(Protocol):
    """Passes events on to whoever has a rule for them."""

    def publish(self, events: Sequence[AnyInspectionEvent]) -> None:
        """All of them, or `PublishFailed`."""
        ...


class DeadLetterWriter(Protocol):
    """A dead-letter queue that Linewatch itself writes to."""

    def put(self, body: str, error: str) -> None:
        """Send the whole body, with the error that made it a dead letter."""
        ...
