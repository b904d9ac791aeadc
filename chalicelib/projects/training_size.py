"""Whether a training fits into the function: its time, its disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import inf

from chalicelib.projects.errors import TooLarge
from chalicelib.projects.manifest import Entry

MOST_LEARNED = 800
"""Images that training has memory for; more are drawn by lot, as `linewatch train` does."""
MOST_SECONDS = 720
"""Of the function's 15 minutes; the rest is for slower processors."""
LARGEST_FILES = 9_000_000_000
"""Bytes, of the function's 10 GB."""
SAMPLE = 20
"""Images whose size speaks for that of all."""
LARGEST_IMAGE = 8 * 1024 * 1024
"""Bytes, by the contract."""


def drawn(entries: Sequence[Entry]) -> list[Entry]:
    """The labelled entries to learn from, always the same ones: about as many of both labels if there are too many."""
    normal = [each for each in entries if each.label == "normal"]
    anomaly = [each for each in entries if each.label == "anomaly"]
    bad = min(len(anomaly), max(MOST_LEARNED // 2, MOST_LEARNED - len(normal)))
    kept = {each.source for each in (*_by_lot(normal, MOST_LEARNED - bad), *_by_lot(anomaly, bad))}
    return [each for each in (*normal, *anomaly) if each.source in kept]


def _by_lot(entries: Sequence[Entry], count: int) -> list[Entry]:
    return sorted(entries, key=lambda entry: sha256(entry.source.encode()).digest())[:count]


def seconds(learned: int, tested: int, megapixels: float) -> float:
    """About how long a training takes at most. `megapixels` is the sum of all images.

    Twice what one core of a server took: 13 s for 30 images, 51 s for 150, 88 s for 800; 0.04 s for an image to test.
    """
    return 20 + 0.3 * learned + 0.1 * tested + 0.1 * megapixels


@dataclass(frozen=True, slots=True)
class Room:
    """The seconds, and the bytes of disk, that a worker has for a training."""

    seconds: float
    disk: float


FUNCTION = Room(MOST_SECONDS, LARGEST_FILES)
UNLIMITED = Room(inf, inf)
"""For a computer whose user waits."""


@dataclass(slots=True)
class Estimate:
    """Looks at the images one by one, and refuses a training as soon as it is clear that it would not end in time."""

    learned: int
    tested: int
    room: Room
    megapixels: float = 0.0
    looked: int = 0

    def add(self, megapixels: float) -> None:
        """Add an image. Raises `TooLarge`, with an estimate from `SAMPLE` images on."""
        self.looked += 1
        self.megapixels += megapixels
        if self.looked >= SAMPLE:
            images = self.learned + self.tested
            require_time(self.learned, self.tested, self.megapixels / self.looked * images, self.room)


def require_time(learned: int, tested: int, megapixels: float, room: Room) -> None:
    """Raise `TooLarge`, with an estimate, for a training that would not end in time."""
    needed = seconds(learned, tested, megapixels)
    if needed > room.seconds:
        raise TooLarge(
            f"{learned} images to learn from and {tested} to test, {megapixels:.0f} megapixels, would take about"
            f" {needed / 60:.0f} minutes, and a training here has {room.seconds / 60:.0f}"
        )


def require_disk(bytes_so_far: int, images_so_far: int, images: int, room: Room) -> None:
    """Raise `TooLarge`, with an estimate, for images that would not fit onto the disk."""
    expected = bytes_so_far / images_so_far * images
    if bytes_so_far > room.disk or (images_so_far >= SAMPLE and expected > room.disk):
        raise TooLarge(
            f"the {images} images have about {expected / 1e9:.0f} GB, and a training here has room for"
            f" {room.disk / 1e9:.0f} GB"
        )


def advice(project: str) -> str:
    """What a person can do about a training that is too large for the function."""
    return (
        "use fewer or smaller images, or train on a computer of your own: "
        f"`linewatch model train {project} --here`, with --stage as in your other commands"
    )
