"""What inspections need from outside: images, the table, the event bus."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.small_picture import ImageObject
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import ReviewList


@dataclass(frozen=True, slots=True)
class StoredImage:
    """The content and the metadata of an object."""

    content: bytes
    content_type: str | None
    metadata: Mapping[str, str]


class Images(Protocol):
    """The bucket's images."""

    def read(self, image: UploadedImage) -> StoredImage:
        """The content with exactly this ETag; `ObjectGone` when it was deleted or replaced."""
        ...

    def to_show(self, image: ImageObject) -> bytes:
        """The content for a picture, also of an image that nobody inspected. `ObjectGone`, or `UnprocessableImage`
        for an object that is larger than an image may be.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionQuery:
    """A query for one line's inspections. `since` and `until` (both inclusive, UTC) limit captured_at."""

    project: str
    line: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A query for the inspections of one list of a project. `since` and `until` (both inclusive, UTC) limit the time
    of the review or, of what waits for one, of the capture.
    """

    project: str
    on: ReviewList
    since: datetime
    until: datetime
    oldest_first: bool = False


class Position(Protocol):
    """A position in the order of a line's inspections; every inspection has one."""

    @property
    def captured_at(self) -> datetime: ...
    @property
    def inspection_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Commit:
    """The result of a commit. `stored` is False when the image already had a verdict, which is kept."""

    inspection: Inspection
    stored: bool


type Drawn = tuple[str, datetime]
"""The id of a part that takes part in the draw, and when it was inspected."""


class Inspections(Protocol):
    """The table of inspections."""

    def commit(self, inspection: Inspection) -> Commit:
        """Store the inspection unless one with a verdict other than `failed` exists. The pipeline commits only here.

        The answers of a failed inspection that was reviewed are kept.
        """
        ...

    def replace(self, known: Inspection, changed: Inspection) -> bool:
        """Store `changed`, which was made from `known`. False, and nothing is stored, if another one is stored now."""
        ...

    def of_list(self, query: ListQuery, after: tuple[datetime, str] | None = None) -> Iterator[Inspection | Unreadable]:
        """The inspections of a list by `review_position`, newest first unless asked otherwise, read lazily.

        Only those that come after `after`. What was stored in the last second may be missing.
        """
        ...

    def small_numbers(self, project: str, since: datetime, until: datetime) -> Iterator[Drawn | Unreadable]:
        """(id, time) of the parts that `is_listed`, inspected from `since` until before `until`, oldest first."""
        ...

    def of_ids(self, inspection_ids: Sequence[str]) -> Iterator[Inspection | Unreadable]:
        """The live inspections with these ids, in any order; what is not there is left out."""
        ...

    def find(self, inspection_id: str, run: str) -> Inspection | None: ...

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection | Unreadable]:
        """The inspections, newest first by (captured_at, inspection id), read lazily; only those after `after`."""
        ...

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        """The given ids that have no live inspection."""
        ...

    def verdicts(self, inspection_ids: Sequence[str]) -> Mapping[str, Verdict]:
        """The verdicts of those of the given ids that have a live inspection."""
        ...

    def failed(self) -> Iterator[Inspection | Unreadable]:
        """Every inspection with the verdict `failed`, in any order."""
        ...

    def lines_of(self, project: str) -> Iterator[str]:
        """The lines of a project that have inspections, in order."""
        ...

    def verdicts_of_line(self, query: InspectionQuery) -> Iterator[tuple[str, str]]:
        """Camera and verdict of each inspection as they are stored, newest first, read lazily."""
        ...

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every (project, line) that has inspections, also when no image of it is left."""
        ...

    def unreadable(self, inspection_id: str) -> Unreadable | None:
        """The live item with this id if it exists and cannot be read."""
        ...

    def remove_unreadable(self, inspection_id: str) -> None:
        """Remove the live item with this id, unless it can be read."""
        ...


class Publisher(Protocol):
    """Delivers events to all who want them."""

    def publish(self, events: Sequence[AnyInspectionEvent]) -> list[tuple[AnyInspectionEvent, str]]:
        """Publish the events; `PublishFailed` or `NotSent` when all must be published again.

        Returns the events that will never be accepted, each with the reason.
        """
        ...


class ImageQueues(Protocol):
    """The queues that images wait in."""

    def put_if_there(self, queue: str, bodies: Sequence[str]) -> bool:
        """Send messages to a queue; False, and nothing is sent, if there is no such queue."""
        ...

    def put_all(self, queue: str, bodies: Sequence[str]) -> None:
        """Send messages; `NotSent` when the queue refused some."""
        ...


class DeadLetterWriter(Protocol):
    """A dead-letter queue to which Linewatch itself writes."""

    def put(self, body: str, error: str) -> None:
        """Send the whole body with the error that made it a dead letter."""
        ...
