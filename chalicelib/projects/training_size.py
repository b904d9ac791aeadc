"""Whether a training fits into the function: its time, its disk."""

from collections.abc import Sequence
from hashlib import sha256

from chalicelib.projects.errors import TrainingFailed
from chalicelib.projects.heartbeat import ON_A_WORKSTATION
from chalicelib.projects.manifest import Entry

MOST_LEARNED = 800
"""Images that training has memory for; more are drawn by lot, as `linewatch train` does."""
MOST_SECONDS = 720
"""Of the function's 15 minutes; the rest is for slower processors."""
LARGEST_FILES = 9_000_000_000
"""Bytes, of the function's 10 GB."""
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


def require_time(learned: int, tested: int, megapixels: float = 0.0) -> None:
    """Raise `TrainingFailed`, with an estimate, for a training that would not end in time."""
    needed = seconds(learned, tested, megapixels)
    if needed > MOST_SECONDS:
        raise TrainingFailed(
            f"{learned} images to learn from and {tested} to test, {megapixels:.0f} megapixels, would take about"
            f" {needed / 60:.0f} minutes, and a training has {MOST_SECONDS // 60}: {ON_A_WORKSTATION}"
        )


def require_disk(bytes_so_far: int, images_so_far: int, images: int) -> None:
    """Raise `TrainingFailed`, with an estimate, for images that would not fit onto the disk."""
    expected = bytes_so_far / images_so_far * images
    if bytes_so_far > LARGEST_FILES or (images_so_far >= 20 and expected > LARGEST_FILES):
        raise TrainingFailed(
            f"the {images} images have about {expected / 1e9:.0f} GB, and a training has room for"
            f" {LARGEST_FILES / 1e9:.0f} GB: {ON_A_WORKSTATION}"
        )
