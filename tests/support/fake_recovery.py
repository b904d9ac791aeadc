"""The bucket by folders, the inspection queue and dead-letter queues in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from chalicelib.core.image import UploadedImage, is_day
from chalicelib.recovery.domain import Acknowledgement, Gap
from chalicelib.recovery.ports import DeadLetter
from tests.support.builders import NOON


@dataclass
class FakeImageFolders:
    """The images of the bucket."""

    images: list[UploadedImage] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[str, str]]:
        return iter({image.parts[:2] for image in self.images if image.parts[0] != "unknown"})

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        return (image for image in self.images if self._day_of(image) == day)

    def strays(self) -> Iterator[UploadedImage]:
        return (image for image in self.images if self._day_of(image) is None)

    @staticmethod
    def _day_of(image: UploadedImage) -> date | None:
        folders = image.key.split("/")
        return date.fromisoformat(folders[4]) if len(folders) > 5 and is_day(folders[4]) else None


@dataclass
class FakeUploadQueue:
    """Records the announced images; `messages` wait in the queue."""

    announced: list[UploadedImage] = field(default_factory=list)
    messages: int = 0

    def announce(self, images: Sequence[UploadedImage]) -> None:
        self.announced.extend(images)

    def waiting(self, project: str) -> int:
        return self.messages


@dataclass
class FakeDeadLetterQueue:
    """Dead letters in memory; `looks` counts how often they were held."""

    dead_letters: list[DeadLetter] = field(default_factory=list)
    looks: int = 0

    @contextmanager
    def held(self) -> Iterator[Sequence[DeadLetter]]:
        self.looks += 1
        yield list(self.dead_letters)

    def delete(self, dead_letter: DeadLetter) -> None:
        self.dead_letters.remove(dead_letter)


def a_dead_letter(message_id: str = "m1", **changes: object) -> DeadLetter:
    """A dead letter of the results queue."""
    values: dict[str, object] = {
        "message_id": message_id,
        "queue": "results-dlq",
        "body": "{}",
        "error": "OSError: the disk is full",
        "since": NOON,
        "attributes": {},
    }
    return DeadLetter(**(values | changes))  # type: ignore[arg-type]


@dataclass
class FakeAcknowledgements:
    """Acknowledgements by gap and inspection id."""

    known: dict[tuple[Gap, str], Acknowledgement] = field(default_factory=dict)

    def add(self, acknowledgement: Acknowledgement) -> None:
        self.known[acknowledgement.gap, acknowledgement.inspection_id] = acknowledgement

    def of(self, inspection_ids: Sequence[str]) -> set[tuple[Gap, str]]:
        return {known for known in self.known if known[1] in inspection_ids}

    def all(self) -> Iterator[Acknowledgement]:
        return iter(self.known.values())


@dataclass
class FakeArchive:
    """What was set aside, by name."""

    kept: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, content: str) -> str:
        self.kept[name] = content
        return f"set-aside/{name}"
