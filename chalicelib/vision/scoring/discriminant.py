"""What marked defects teach the anomaly map: the direction in which cells of defects differ from cells of normals.

Fisher's linear discriminant (1936), its covariance shrunk toward a multiple of the identity (Friedman, 1989), of a cell
and of the mean around it: a defect larger than a cell shows better in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known
from chalicelib.vision.folds import folds
from chalicelib.vision.scoring.cell_bank import FOLDS, CellSamples

LEAST_MARKED = 3  # anomalies with a mask; fewer teach nothing
REACH = 2  # cells to each side that the mean around a cell includes
AROUND = 0.5  # by which the mean around a cell is scaled: the less, the more its part of the direction is shrunk
MOST_CELLS = 15_000  # of normals
SHRINKAGE = 0.1
USUAL = 1.0  # deviations of normals along the direction that say nothing
WEIGHT = 2.0  # of each deviation beyond these, in those of the map

type Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Discriminant:
    """A direction for cells and one for the mean around them, and from where on a cell lies toward defects."""

    direction: NDArray[np.float32]  # (C,)
    around: NDArray[np.float32]  # (C,)
    start: float  # along both
    unit: float  # along both: as much as one deviation of the map

    def shown(self, deviations: NDArray[np.float32], grid: Grid, known: Known) -> NDArray[np.float32]:
        """The map of an image: deviations (h, w) from normals, and how far its cells (h, w, C) lie toward defects."""
        return deviations + self.toward_defects(grid, known)

    def toward_defects(self, grid: Grid, known: Known) -> NDArray[np.float32]:
        """How far each cell (h, w, C) lies toward defects, in deviations of the map: (h, w).

        Never below 0, so that masks add to a map and hide nothing of it; 0 in cells that are not known.
        """
        cells = grid.astype(np.float32)
        along = cells @ self.direction + mean_around(cells @ self.around[:, None], known)[..., 0]
        toward = (along - np.float32(self.start)) / np.float32(self.unit)
        return np.where(known, np.maximum(toward, 0), np.float32(0))


@dataclass(frozen=True)
class DiscriminantTraining:
    """A fitted discriminant, and what is shown (h, w) of each of the s samples, its group left out."""

    discriminant: Discriminant
    maps: list[NDArray[np.float32]]


@dataclass(frozen=True)
class _Cells:
    """Cells with the means around them, (n, 2C), and the samples that they are of, (n,)."""

    normal: NDArray[np.float32]
    normal_of: NDArray[np.int64]
    marked: NDArray[np.float32]
    marked_of: NDArray[np.int64]
    share: NDArray[np.float64]  # of each marked cell in its mask


def mean_around(grid: Grid, known: Known) -> Grid:
    """The mean of the known cells at most 2 from each cell, itself included: (h, w, C) -> (h, w, C); 0 if none is."""
    counted = np.concatenate([grid, np.ones((*known.shape, 1), np.float32)], axis=2) * known[..., None]
    edged = np.pad(counted, ((REACH, REACH), (REACH, REACH), (0, 0)))
    height, width = known.shape
    rows = sum((edged[start : start + height] for start in range(1, 2 * REACH + 1)), edged[:height])
    sums = sum((rows[:, start : start + width] for start in range(1, 2 * REACH + 1)), rows[:, :width])
    return np.asarray(sums[..., :-1] / np.maximum(sums[..., -1:], 1), np.float32)


def fit_discriminant(
    samples: CellSamples, marked: NDArray[np.float32], usual: Sequence[NDArray[np.float32]]
) -> DiscriminantTraining | None:
    """From the share of each cell that is marked as defect, (s, h, w), or None if fewer than 3 anomalies have a mark.

    All masks weigh the same, however large they are. `usual` are the deviations (h, w) of the s samples, left out.
    """
    weights = marked * samples.known
    teaching = np.flatnonzero(weights.any(axis=(1, 2)))
    if len(np.unique(samples.groups[teaching])) < LEAST_MARKED:
        return None
    normals = np.flatnonzero(samples.original & ~samples.anomalous)
    cells = _cells(samples, weights, normals, teaching)
    fold = _folds(samples.groups, teaching)
    maps = list(usual)
    for number in range(FOLDS):
        others = _fitted(cells, fold != number)
        for row in np.flatnonzero(fold == number).tolist():
            maps[row] = others.shown(usual[row], samples.grids[row], samples.known[row])
    return DiscriminantTraining(_fitted(cells, np.ones(len(fold), np.bool_)), maps)


def _folds(groups: NDArray[np.int64], teaching: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each of s samples; groups stay together, and those of the teaching rows are spread over all folds."""
    marked = np.unique(groups[teaching])
    others = np.setdiff1d(groups, marked)
    numbers, dealt = np.concatenate([marked, others]), np.concatenate([folds(marked, FOLDS), folds(others, FOLDS)])
    order = np.argsort(numbers)
    return np.asarray(dealt[order][np.searchsorted(numbers[order], groups)])


def _cells(
    samples: CellSamples, weights: NDArray[np.float32], normals: NDArray[np.int64], teaching: NDArray[np.int64]
) -> _Cells:
    """The marked cells of the teaching samples, and cells of the normals, at most 15,000 in all."""

    def described(row: int, chosen: Known) -> NDArray[np.float32]:
        grid, known = samples.grids[row].astype(np.float32), samples.known[row]
        return np.concatenate([grid[chosen], mean_around(grid, known)[chosen]], axis=1)

    def spread(known: Known) -> Known:
        places, most = np.flatnonzero(known), max(1, MOST_CELLS // len(normals))
        chosen = np.zeros(known.size, np.bool_)
        chosen[places[np.linspace(0, len(places) - 1, min(len(places), most)).astype(int)]] = True
        return chosen.reshape(known.shape)

    some = [spread(samples.known[row]) for row in normals]
    masks = weights[teaching] > 0
    return _Cells(
        np.concatenate([described(*each) for each in zip(normals.tolist(), some, strict=True)]),
        np.repeat(normals, [each.sum() for each in some]),
        np.concatenate([described(*each) for each in zip(teaching.tolist(), masks, strict=True)]),
        np.repeat(teaching, [each.sum() for each in masks]),
        np.concatenate([marks[marks > 0] / marks.sum(dtype=np.float64) for marks in weights[teaching]]),
    )


def _fitted(cells: _Cells, kept: NDArray[np.bool_]) -> Discriminant:
    """The discriminant of the samples that are kept, (s,)."""
    normal = cells.normal[kept[cells.normal_of]].astype(np.float64)
    learned = kept[cells.marked_of]
    marked, share = cells.marked[learned].astype(np.float64), cells.share[learned]
    scale = normal.std(axis=0) + 1e-3
    scale[scale.size // 2 :] /= AROUND
    both = _direction(normal / scale, marked / scale, share / share.sum()) / scale
    along = normal @ both
    direction, around = np.split(both.astype(np.float32), 2)
    deviation = float(along.std()) + 1e-6
    return Discriminant(direction, around, float(along.mean()) + USUAL * deviation, deviation / WEIGHT)


def _direction(normal: Matrix, marked: Matrix, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, C) cells of normals and (k, C) marked ones with their shares (k,), which sum to 1 -> (C,)."""
    mean = shares @ marked
    usual, odd = normal - normal.mean(axis=0), marked - mean
    within = (usual.T @ usual / len(normal) + (shares[:, None] * odd).T @ odd) / 2
    within += (SHRINKAGE * np.trace(within) / len(within) + 1e-9) * np.eye(len(within))
    return np.linalg.solve(within, mean - normal.mean(axis=0))
