"""The images themselves: their sizes, their light, the areas of their defects."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chalicelib.models.dataset import Labelled
from chalicelib.models.mask_files import MaskFiles
from chalicelib.models.masks import read_masks
from chalicelib.vision.two_kinds import pooled_descriptor

type Size = tuple[int, int]  # (width, height) px


@dataclass(frozen=True)
class ImageSummary:
    """One image file."""

    path: Path
    anomalous: bool
    size: Size
    brightness: float  # mean of all pixels, 0 (black) to 1 (white)
    descriptor: NDArray[np.float32] | None = None  # of `two_kinds`, for normals


def survey(images: Labelled) -> list[ImageSummary]:
    """Look at every image once, normals first."""
    summary = []
    for photos, anomalous in ((images.normal, False), (images.anomaly, True)):
        for path, photo in zip(photos.paths, photos, strict=True):
            height, width, _ = photo.shape
            descriptor = None if anomalous else pooled_descriptor(photo)
            summary.append(ImageSummary(path, anomalous, (width, height), float(photo.mean() / 255), descriptor))
    return summary


def sizes(summary: Sequence[ImageSummary]) -> list[tuple[Size, int]]:
    """Each size with its number of images, the commonest first."""
    return sorted(Counter(each.size for each in summary).items(), key=lambda item: (-item[1], item[0]))


def defect_areas(anomalies: Sequence[Path], masks: MaskFiles) -> dict[Path, float]:
    """The share of each image that its mask marks; only of those that have one."""
    return {path: float(mask.mean()) for path, mask in read_masks(anomalies, masks).marked.items()}
