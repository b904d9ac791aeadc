"""What marked defects teach the anomaly map: the direction in which cells of defects differ from cells of normals.

Fisher's linear discriminant (1936), its covariance shrunk toward a multiple of the identity (Friedman, 1989).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known
from chalicelib.vision.folds import folds
from chalicelib.vision.scoring.cell_bank import FOLDS, CellSamples

LEAST_MARKED = 3  # anomalies with a mask; fewer teach nothing
MOST_CELLS = 15_000  # of normals
SHRINKAGE = 0.1

type Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Discriminant:
    """A direction, and where the cells of normals lie along it."""

    direction: NDArray[np.float32]  # (C,)
    mean: float
    deviation: float

    def toward_defects(self, grid: Grid, known: Known) -> NDArray[np.float32]:
        """How far each cell (h, w, C) lies toward defects, in deviations of normals: (h, w).

        Never below 0, so that masks add to a map and hide nothing of it; 0 in cells that are not known.
        """
        along = (grid.astype(np.float32) @ self.direction - np.float32(self.mean)) / np.float32(self.deviation)
        return np.where(known, np.maximum(along, 0), np.float32(0))


@dataclass(frozen=True)
class DiscriminantTraining:
    """A fitted discriminant, and the maps (h, w) of the s samples, each with its group left out."""

    discriminant: Discriminant
    maps: list[NDArray[np.float32]]


def fit_discriminant(samples: CellSamples, marked: NDArray[np.float32]) -> DiscriminantTraining | None:
    """From the share of each cell that is marked as defect, (s, h, w), or None if fewer than 3 anomalies have a mark.

    All masks weigh the same, however large they are.
    """
    weights = marked * samples.known
    teaching = np.flatnonzero(weights.any(axis=(1, 2)))
    if len(np.unique(samples.groups[teaching])) < LEAST_MARKED:
        return None
    normals = np.flatnonzero(samples.original & ~samples.anomalous)
    rows = np.concatenate([normals, teaching])
    fold = _folds(samples.groups, teaching)
    maps: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(fold)
    for number in range(FOLDS):
        others = _fitted(samples, weights, rows[fold[rows] != number])
        for row in np.flatnonzero(fold == number):
            maps[row] = others.toward_defects(samples.grids[row], samples.known[row])
    return DiscriminantTraining(_fitted(samples, weights, rows), maps)


def _folds(groups: NDArray[np.int64], teaching: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each of s samples; groups stay together, and those of the teaching rows are spread over all folds."""
    marked = np.unique(groups[teaching])
    others = np.setdiff1d(groups, marked)
    numbers, dealt = np.concatenate([marked, others]), np.concatenate([folds(marked, FOLDS), folds(others, FOLDS)])
    order = np.argsort(numbers)
    return np.asarray(dealt[order][np.searchsorted(numbers[order], groups)])


def _fitted(samples: CellSamples, weights: NDArray[np.float32], rows: NDArray[np.int64]) -> Discriminant:
    """The discriminant of some samples."""
    normal = np.concatenate([samples.grids[row][samples.known[row]] for row in rows if not samples.anomalous[row]])
    normal = normal[np.linspace(0, len(normal) - 1, min(len(normal), MOST_CELLS)).astype(int)].astype(np.float64)
    scale = normal.std(axis=0) + 1e-3
    marked = [row for row in rows if samples.anomalous[row]]
    cells = np.concatenate([samples.grids[row][weights[row] > 0] for row in marked]).astype(np.float64)
    shares = np.concatenate([weights[row][weights[row] > 0] / weights[row].sum() for row in marked]) / len(marked)
    direction = (_direction(normal / scale, cells / scale, shares) / scale).astype(np.float32)
    along = normal @ direction
    return Discriminant(direction, float(along.mean()), float(along.std()) + 1e-6)


def _direction(normal: Matrix, marked: Matrix, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, C) cells of normals and (k, C) marked ones with their shares (k,), which sum to 1 -> (C,)."""
    mean = shares @ marked
    usual, odd = normal - normal.mean(axis=0), marked - mean
    within = (usual.T @ usual / len(normal) + (shares[:, None] * odd).T @ odd) / 2
    within += (SHRINKAGE * np.trace(within) / len(within) + 1e-9) * np.eye(len(within))
    return np.linalg.solve(within, mean - normal.mean(axis=0))
