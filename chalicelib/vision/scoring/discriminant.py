"""What marked defects teach the anomaly map: the direction in which cells of defects differ from cells of normals, and
whether defects are so large that a cell's neighbours say more of it than it does.

Fisher's linear discriminant (1936), its covariance shrunk toward a multiple of the identity (Friedman, 1989).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known
from chalicelib.vision.folds import folds
from chalicelib.vision.metrics import pixel_scores
from chalicelib.vision.scoring.cell_bank import FOLDS, CellSamples

LEAST_MARKED = 3  # anomalies with a mask; fewer teach nothing
LEAST_TO_BLUR = 10  # 3 or 5 of them chose wrongly once in six times
BINOMIAL = np.outer((1, 2, 1), (1, 2, 1)).astype(np.float32) / np.float32(16)
MOST_CELLS = 15_000  # of normals
SHRINKAGE = 0.1

type Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Discriminant:
    """A direction, and where the cells of normals lie along it."""

    direction: NDArray[np.float32]  # (C,)
    mean: float
    deviation: float
    blurred: bool  # whether a cell of the map is a mean of itself and those around it

    def shown(self, deviations: NDArray[np.float32], grid: Grid, known: Known) -> NDArray[np.float32]:
        """The map of an image: deviations (h, w) from normals, and how far its cells (h, w, C) lie toward defects."""
        shown = deviations + self.toward_defects(grid, known)
        return blur(shown, known) if self.blurred else shown

    def toward_defects(self, grid: Grid, known: Known) -> NDArray[np.float32]:
        """How far each cell (h, w, C) lies toward defects, in deviations of normals: (h, w).

        Never below 0, so that masks add to a map and hide nothing of it; 0 in cells that are not known.
        """
        along = (grid.astype(np.float32) @ self.direction - np.float32(self.mean)) / np.float32(self.deviation)
        return np.where(known, np.maximum(along, 0), np.float32(0))


@dataclass(frozen=True)
class DiscriminantTraining:
    """A fitted discriminant, and what is shown (h, w) of each of the s samples, its group left out."""

    discriminant: Discriminant
    maps: list[NDArray[np.float32]]


def blur(shown: NDArray[np.float32], known: Known) -> NDArray[np.float32]:
    """The binomial mean of each cell (h, w) and those around it that are known; 0 in cells that are not."""
    sums, weights = (
        np.einsum("hwij,ij->hw", np.lib.stride_tricks.sliding_window_view(np.pad(each, 1), (3, 3)), BINOMIAL)
        for each in (np.where(known, shown, np.float32(0)), known.astype(np.float32))
    )
    return np.asarray(np.where(known, sums / np.maximum(weights, BINOMIAL.min()), 0), np.float32)


def fit_discriminant(
    samples: CellSamples, marked: NDArray[np.float32], usual: Sequence[NDArray[np.float32]]
) -> DiscriminantTraining | None:
    """From the share of each cell that is marked as defect, (s, h, w), or None if fewer than 3 anomalies have a mark.

    All masks weigh the same, however large they are. `usual` are the deviations (h, w) of the s samples, left out.
    """
    weights = marked * samples.known
    teaching = np.flatnonzero(weights.any(axis=(1, 2)))
    masks = len(np.unique(samples.groups[teaching]))
    if masks < LEAST_MARKED:
        return None
    normals = np.flatnonzero(samples.original & ~samples.anomalous)
    rows = np.concatenate([normals, teaching])
    fold = _folds(samples.groups, teaching)
    maps: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(fold)
    for number in range(FOLDS):
        others = _fitted(samples, weights, rows[fold[rows] != number])
        for row in np.flatnonzero(fold == number).tolist():
            maps[row] = others.shown(usual[row], samples.grids[row], samples.known[row])
    fitted = _fitted(samples, weights, rows)
    if masks >= LEAST_TO_BLUR:
        blurred = [blur(*each) for each in zip(maps, samples.known, strict=True)]
        if _better(blurred, maps, weights, rows):
            return DiscriminantTraining(replace(fitted, blurred=True), blurred)
    return DiscriminantTraining(fitted, maps)


def _better(
    some: list[NDArray[np.float32]],
    others: list[NDArray[np.float32]],
    weights: NDArray[np.float32],
    rows: NDArray[np.int64],
) -> bool:
    """Whether some maps rank the marked cells of these rows above all others better than other maps do."""
    marked = [weights[row] > 0 for row in rows]
    first, second = (pixel_scores([maps[row] for row in rows], marked)[0] for maps in (some, others))
    return first is not None and second is not None and first > second


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
    return Discriminant(direction, float(along.mean()), float(along.std()) + 1e-6, blurred=False)


def _direction(normal: Matrix, marked: Matrix, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, C) cells of normals and (k, C) marked ones with their shares (k,), which sum to 1 -> (C,)."""
    mean = shares @ marked
    usual, odd = normal - normal.mean(axis=0), marked - mean
    within = (usual.T @ usual / len(normal) + (shares[:, None] * odd).T @ odd) / 2
    within += (SHRINKAGE * np.trace(within) / len(within) + 1e-9) * np.eye(len(within))
    return np.linalg.solve(within, mean - normal.mean(axis=0))
