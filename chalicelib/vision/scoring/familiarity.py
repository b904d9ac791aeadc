"""Whether an image resembles, as a whole, what a detector learned from. If not, its prediction is worth nothing.

Two rules, each on its own. Each of a few statistics of the image must lie in the range of the training images, or not
far beyond it. And the mean and the deviation of the image's features must not be much further from their nearest
neighbour among the training images than training images are from theirs. Normals and anomalies are both familiar.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid, Photo
from chalicelib.vision.augment import blurred, noisy
from chalicelib.vision.features.extractor import Extractor
from chalicelib.vision.features.image_statistics import STATISTICS, image_statistics

# Chosen by leaving one image set out: see docs/research/detector.md.
BEYOND = 2.5  # spreads that a statistic may lie beyond the range of very many training images
FEW = 20  # training images with which the range may be exceeded by twice that
FARTHER = 1.75  # times the usual distance that the nearest neighbour may be away
USUAL = 0.9  # quantile of the training images' distances, each with its group left out

FLOOR = 2.0  # least spread of a statistic
SMALLEST = 1e-9  # divisor of a distance, if all training images are alike
VARIED = 100  # training images that are changed to learn what light, focus and noise do
DIMMED, BRIGHTENED, BLUR, NOISE = 0.8, 1.25, 1.2, 7.0

type Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Familiarity:
    """What training images have in common."""

    lowest: NDArray[np.float32]  # (k,) of `STATISTICS`, spreads allowed beyond included
    highest: NDArray[np.float32]  # (k,)
    summaries: NDArray[np.float16]  # (m, 2 C) means and deviations of the cells' features in images and copies
    farthest: float  # allowed distance to the nearest summary

    def judge(self, photo: Photo, grid: Grid) -> tuple[str | None, float]:
        """Why an image is unfamiliar, or None; and its distance to the nearest summary, as a share of the farthest.

        From the photo at the working size and its cells (h, w, C).
        """
        distance = self.distance(summary(grid)) / max(self.farthest, SMALLEST)
        values = image_statistics(photo)
        excess = self.excess(values)
        worst = int(excess.argmax())
        if excess[worst] > 0:
            side = "above" if values[worst] > self.highest[worst] else "below"
            return f"the {STATISTICS[worst]} is far {side} that of all training images", distance
        return "the image as a whole looks like no training image" if distance > 1 else None, distance

    def excess(self, values: Matrix) -> Matrix:
        """How far each statistic (k,) is beyond its range, in units of the range; negative within it."""
        beyond = np.maximum(self.lowest - values, values - self.highest)
        return np.asarray(beyond / np.maximum(self.highest - self.lowest, FLOOR), np.float32)

    def margins(self, photo: Photo, grid: Grid) -> tuple[float, float, float]:
        """The mean and the highest excess of the statistics, and the distance as a share of the farthest."""
        excess = self.excess(image_statistics(photo))
        return float(excess.mean()), float(excess.max()), self.distance(summary(grid)) / self.farthest

    def distance(self, own: Matrix) -> float:
        """From a summary (2 C,) to the nearest one of training."""
        return float(np.sqrt(max(0.0, float((self._squares - 2 * (self._bank @ own)).min() + own @ own))))

    @cached_property
    def _bank(self) -> Matrix:
        return self.summaries.astype(np.float32)

    @cached_property
    def _squares(self) -> Matrix:
        return np.asarray(np.einsum("mc,mc->m", self._bank, self._bank))


def summary(grid: Grid) -> Matrix:
    """Mean and standard deviation of each channel over the cells: (h, w, C) -> (2 C,)."""
    cells = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
    return np.concatenate([cells.mean(axis=0), cells.std(axis=0)])


def fit_familiarity(
    photos: Sequence[Photo],
    groups: NDArray[np.int64],
    samples: tuple[Sequence[Grid], NDArray[np.int64]],
    extractor: Extractor,
    rng: Generator,
) -> Familiarity:
    """From all training photos with their groups (n,), and the cells and groups (m,) of them and of jittered copies.

    The extractor gives the cells (h, w, C) of the copies that are made here.
    """
    places = np.linspace(0, len(photos) - 1, min(len(photos), VARIED)).astype(int)
    varied = [extractor.repainted(photos[place], copy) for place in places for copy in variations(photos[place], rng)]
    with ThreadPoolExecutor(THREADS) as pool:
        values = np.stack(list(pool.map(image_statistics, (*photos, *varied))))
        cells = [*samples[0], *pool.map(extractor.cells_of, varied)]
    beyond = BEYOND * (1 + FEW / len(photos)) * (values.std(axis=0) + FLOOR)
    summaries = np.stack([summary(grid) for grid in cells])
    every = np.concatenate([samples[1], np.repeat(groups[places], len(varied) // len(places))])
    return Familiarity(
        lowest=(values.min(axis=0) - beyond).astype(np.float32),
        highest=(values.max(axis=0) + beyond).astype(np.float32),
        summaries=summaries.astype(np.float16),
        farthest=FARTHER * float(np.quantile(left_out_distances(summaries, every), USUAL)),
    )


def variations(photo: Photo, rng: Generator) -> list[Photo]:
    """The photo in less and in more light, out of focus, and noisy: more than is usual, less than is foreign."""
    return [
        (photo * DIMMED).astype(np.uint8),
        np.minimum(photo * BRIGHTENED, 255).astype(np.uint8),
        blurred(photo, BLUR),
        noisy(photo, NOISE, rng),
    ]


def left_out_distances(summaries: Matrix, groups: NDArray[np.int64]) -> Matrix:
    """The distance of each summary (m, d) to the nearest of another group, (m,)."""
    squares = np.einsum("md,md->m", summaries, summaries)
    apart = squares[:, None] + squares - 2 * summaries @ summaries.T
    apart[groups[:, None] == groups] = np.inf
    return np.asarray(np.sqrt(np.maximum(apart.min(axis=1), 0)))
