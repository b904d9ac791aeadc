"""Training: photos of normals, and of anomalies where there are any, in; a detector out."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from chalicelib.vision.arrays import Grid, Photo, resized
from chalicelib.vision.detector import Detector, coarsened
from chalicelib.vision.filters import filter_features
from chalicelib.vision.jitter import jittered
from chalicelib.vision.normal import fit_normal_map

LEAST_NORMALS = 10
SIDE = 32  # image sides are multiples of this many px

type Progress = Callable[[str, int, int], None]  # step, done, of how many


class NotEnoughImages(ValueError):
    """The images given cannot train a detector; the message says how many of which are missing."""


@dataclass(frozen=True)
class FitOptions:
    """What a person may choose about training."""

    size: int = 256  # px: the square root of the area that images are brought to
    seed: int = 0


@dataclass(frozen=True)
class Training:
    """A trained detector, and what training learned about the data."""

    detector: Detector
    warnings: tuple[str, ...]


def fit(
    normal: Sequence[Photo],
    anomaly: Sequence[Photo],
    options: FitOptions | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> Training:
    """Train on photos (H, W, 3) uint8 of any sizes. Each is taken from its sequence one at a time.

    Raises `NotEnoughImages` for fewer than 10 normals.
    """
    options = options or FitOptions()
    if len(normal) < LEAST_NORMALS:
        raise NotEnoughImages(f"training needs at least {LEAST_NORMALS} normal images, but there are {len(normal)}")
    rng = np.random.default_rng(options.seed)
    first = normal[0]
    size = working_size([first.shape[:2]], options.size)
    photos = [resized(normal[i], size) for i in range(len(normal))]
    grids = features(photos, "features", progress)
    copies = features([jittered(photo, rng) for photo in photos], "features of jittered copies", progress)
    groups = range(len(photos))
    fine, fine_scores = fit_normal_map(grids, copies, groups, 2 if options.size <= 300 else 3, rng, lambda: None)
    coarse, coarse_scores = fit_normal_map(
        [coarsened(grid) for grid in grids], [coarsened(grid) for grid in copies], groups, 1, rng, lambda: None
    )
    scores = np.maximum(fine_scores, coarse_scores)
    center = scores.mean() + 2 * scores.std()
    slope = 1 / (0.6 * scores.std() + 1e-6)
    metadata = {"normal": str(len(normal)), "anomaly": str(len(anomaly)), "seed": str(options.seed)}
    return Training(Detector(size, fine, coarse, float(center), float(slope), 0.5, metadata), ())


def working_size(shapes: Iterable[tuple[int, ...]], side: int) -> tuple[int, int]:
    """(height, width) with about side x side px, of the shapes' median aspect, sides multiples of 32."""
    aspect = float(np.median([np.log(width / height) for height, width in shapes]))
    height, width = side * np.exp(-aspect / 2), side * np.exp(aspect / 2)
    return max(1, round(height / SIDE)) * SIDE, max(1, round(width / SIDE)) * SIDE


def features(photos: Sequence[Photo], step: str, progress: Progress) -> list[Grid]:
    """Features of every photo, on two threads (numpy lets go of the interpreter in its inner loops)."""
    grids = []
    with ThreadPoolExecutor(2) as pool:
        for done, grid in enumerate(pool.map(filter_features, photos), 1):
            grids.append(grid)
            progress(step, done, len(photos))
    return grids
