"""What the most unusual cells of an image look like, so that a regression learns defects and not whole images.

An image is a bag of cells, of which only a few show why it is anomalous: multiple-instance learning (Dietterich,
Lathrop and Lozano-Perez, 1997). The distance to the bank of normals says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known
from chalicelib.vision.scoring.cell_bank import top_cells
from chalicelib.vision.scoring.kernels import (
    Matrix,
    Prepared,
    dequantised,
    kernel,
    prepared,
    quantised,
    standardised,
    usual,
)


@dataclass(frozen=True)
class UnusualCells:
    """The means of the most unusual cells of m images and copies, to which those of a new image are compared."""

    mean: NDArray[np.float32]  # (C,) of normals and their copies
    deviation: NDArray[np.float32]  # (C,)
    support: NDArray[np.int8]  # (m, C) quantised

    def kernel(self, grid: Grid, deviations: NDArray[np.float32], known: Known) -> NDArray[np.float64]:
        """Of an image's cells (h, w, C) and their map (h, w) with each row of the support: (m,)."""
        vector = standardised(most_unusual(grid, deviations, known), self.mean, self.deviation)
        return np.asarray(kernel(prepared([vector[None]]), self._prepared)[0])

    @cached_property
    def _prepared(self) -> Prepared:
        return prepared([dequantised(self.support)])


@dataclass(frozen=True)
class UnusualTraining:
    """Fitted unusual cells, and the kernel matrix (m, m) of their support."""

    unusual: UnusualCells
    kernel: Matrix


def most_unusual(grid: Grid, deviations: NDArray[np.float32], known: Known) -> NDArray[np.float32]:
    """The mean of the cells (h, w, C) with the 3 highest deviations (h, w) among those that are known: (C,).

    0 if there are none.
    """
    highest = top_cells(deviations, known)
    if not highest.size:
        return np.zeros(grid.shape[-1], np.float32)
    return np.asarray(grid.reshape(-1, grid.shape[-1])[highest].astype(np.float32).mean(axis=0), np.float32)


def fit_unusual(
    grids: Sequence[Grid],
    known: Sequence[Known],
    distances: Sequence[NDArray[np.float32]],
    anomalous: NDArray[np.bool_],
) -> UnusualTraining:
    """From the cells (h, w, C) of m images and copies, and their distances (h, w) to a bank without their group."""
    vectors = np.stack([most_unusual(*each) for each in zip(grids, distances, known, strict=True)])
    mean, deviation = usual(vectors[~anomalous])
    support = quantised(standardised(vectors, mean, deviation))
    of_support = prepared([dequantised(support)])
    return UnusualTraining(UnusualCells(mean, deviation, support), kernel(of_support, of_support))
