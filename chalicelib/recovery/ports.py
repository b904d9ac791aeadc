"""What recovery needs of the outside: the bucket by folders, the inspection queue, dead-letter queues."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.image import UploadedImage


class ImageFolders(Protocol):
    """The bucket's images, listed by their keys."""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every (project, line) that has images."""
        ...

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        """All images whose keys say that they were captured on `day`."""
        ...

    def strays(self) -> Iterator[UploadedImage]:
        """All objects among the images whose keys name no day."""
        ...


class UploadQueue(Protocol):
    """The inspection queue, as S3 writes to it."""

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """Announce them again, or `NotSent`."""
        ...

    def waiting(self) -> int:
        """About how many messages wait to be received."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that no handler could process: its queue, the error, since when (UTC), and its body."""

    message_id: str
    queue: str
    body: str
    error: str
    since: datetime
    attributes: Mapping[str, str]


class DeadLetterQueue(Protocol):
    """A queue of dead letters, to look into."""

    def held(self) -> AbstractContextManager[Sequence[DeadLetter]]:
        """All of them, hidden from others until the block ends. Those that were not deleted are then visible again."""
        ...

    def delete(self, dead_letter: DeadLetter) -> None:
        """It was sent again: remove it."""
        ...
