"""The images themselves: their sizes, their light, the kinds of defects in their names."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.models.dataset import Labelled, below_label
from chalicelib.models.masks import read_masks

MOST_KINDS = 12
type Size = tuple[int, int]  # (width, height) px


@dataclass(frozen=True)
class ImageSummary:
    """One image file."""

    path: Path
    anomalous: bool
    size: Size
    brightness: float  # mean of all pixels, 0 (black) to 1 (white)


def survey(images: Labelled) -> list[ImageSummary]:
    """Look at every image once, normals first."""
    summary = []
    for photos, anomalous in ((images.normal, False), (images.anomaly, True)):
        for path, photo in zip(photos.paths, photos, strict=True):
            height, width, _ = photo.shape
            summary.append(ImageSummary(path, anomalous, (width, height), float(photo.mean() / 255)))
    return summary


def sizes(summary: Sequence[ImageSummary]) -> list[tuple[Size, int]]:
    """Each size with its number of images, the commonest first."""
    return sorted(Counter(each.size for each in summary).items(), key=lambda item: (-item[1], item[0]))


def defect_areas(anomalies: Sequence[Path], folder: Path) -> dict[Path, float]:
    """The share of each image that its mask in a folder of masks marks; only of those that have one."""
    return {path: float(mask.mean()) for path, mask in read_masks(anomalies, folder).marked.items()}


def kinds(paths: Sequence[Path]) -> dict[Path, str]:
    """The kind of defect of each image, by the folders below `anomaly/` or by words in the file names.

    Empty if they name no kinds: if all names have the same words, or nearly each its own.
    """
    named = {path: _words(path) for path in paths}
    shared = set.intersection(*map(set, named.values())) if named else set()
    found = {path: " ".join(word for word in words if word not in shared) for path, words in named.items()}
    count = len(set(found.values()))
    return found if 1 < count <= min(MOST_KINDS, len(paths) / 2) else {}


def _words(path: Path) -> list[str]:
    return list(below_label(path)) or re.findall(r"[^\W\d_]{2,}", path.stem)
