"""What recovery needs from outside: the bucket's folders, the inspection queue, dead-letter queues."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.image import UploadedImage
from chalicelib.recovery.domain import Acknowledgement, Gap


class ImageFolders(Protocol):
    """The bucket's images, listed by their keys."""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every (project, line) that has images."""
        ...

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        """All images with this day in their keys."""
        ...

    def strays(self) -> Iterator[UploadedImage]:
        """All objects under the images' prefix whose keys have no day."""
        ...


class UploadQueue(Protocol):
    """The queue of uploads, as S3 writes to it, and where images wait after it."""

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """Announce the images again, or raise `NotSent`."""
        ...

    def waiting(self, project: str) -> int:
        """The approximate number of messages that can be received now, as far as they may be this project's."""
        ...


class Acknowledgements(Protocol):
    """What persons said will not come back."""

    def add(self, acknowledgement: Acknowledgement) -> None: ...

    def of(self, inspection_ids: Sequence[str]) -> set[tuple[Gap, str]]:
        """The (gap, inspection id) pairs of these inspections that were acknowledged."""
        ...

    def all(self) -> Iterator[Acknowledgement]: ...


class Archive(Protocol):
    """Where things are kept that were taken out of the way."""

    def keep(self, name: str, content: str) -> str:
        """Store the content under `set-aside/<name>`; returns the whole name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be processed: its queue, its body, the error, and since when it is there (UTC)."""

    message_id: str
    queue: str
    body: str
    error: str
    since: datetime
    attributes: Mapping[str, str]


class DeadLetterQueue(Protocol):
    """A dead-letter queue, for people and redrives."""

    def held(self) -> AbstractContextManager[Sequence[DeadLetter]]:
        """All dead letters, hidden from others until the block ends; then those not deleted become visible again."""
        ...

    def delete(self, dead_letter: DeadLetter) -> None:
        """Delete a dead letter that was sent again."""
        ...
