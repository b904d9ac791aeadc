"""The second score of an image as a whole: how far the statistics of its cells lie from the Gaussian of normals.

Rippel, Mertens and Merhof, Modeling the Distribution of Normal Data in Pre-Trained Deep Features for Anomaly Detection
(2021), with maxima beside the means, and a covariance that few normals leave near the identity.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid
from chalicelib.vision.scoring.kernels import standardised, usual

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

NOISE = 0.01  # of the variance of all statistics together, over the number of images, is added to that of each


@dataclass(frozen=True)
class Gaussian:
    """Of the statistics of normals and their changed copies, d = 3 C of them."""

    center: NDArray[np.float32]  # (d,)
    unit: NDArray[np.float32]  # (d,) their deviations
    whitening: NDArray[np.float16]  # ((d + 1) (d + 2) / 2,) of `vectors`: a lower triangle, row by row
    mean: float  # of the distances of normals left out
    deviation: float

    def score(self, grid: Grid) -> float:
        """About 0 for a usual normal: from the cells (h, w, C) of an image, all of them."""
        return self.scaled(float(np.linalg.norm(self._whitening @ self.vectors(statistics(grid)))))

    def scaled(self, distance: float) -> float:
        """A distance in units of those of normals left out; growing with the logarithm far out."""
        return float(np.arcsinh((distance - self.mean) / self.deviation))

    def vectors(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Statistics (..., d) in units of the normals' deviation, clipped at 8 of them, and a constant: (..., d + 1).

        The constant makes the mean a part of what is fitted: an image that is left out is left out of it too.
        """
        clipped = standardised(values, self.center, self.unit)
        constant = np.full((*clipped.shape[:-1], 1), np.sqrt(len(self.center)))
        return np.concatenate([clipped, constant], axis=-1).astype(np.float32)

    @cached_property
    def _whitening(self) -> NDArray[np.float32]:
        size = len(self.center) + 1
        whole = np.zeros((size, size), np.float32)
        whole[np.tril_indices(size)] = self.whitening
        return whole


@dataclass(frozen=True)
class GaussianTraining:
    """A fitted Gaussian, and its scores of all m samples, each with its group left out."""

    gaussian: Gaussian
    scores: Vector  # (m,)


def statistics(grid: Grid) -> NDArray[np.float32]:
    """Mean, deviation and maximum of each channel over the cells: (h, w, C) -> (3 C,)."""
    cells = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
    return np.concatenate([cells.mean(axis=0), cells.std(axis=0), cells.max(axis=0)])


def fit_gaussian(grids: Sequence[Grid], groups: NDArray[np.int64], rows: NDArray[np.int64]) -> GaussianTraining:
    """From the cells (h, w, C) and the groups (m,) of all samples, to some normals and copies among them, (n,)."""
    with ThreadPoolExecutor(THREADS) as pool:
        values = np.stack(list(pool.map(statistics, grids)))
    gaussian = Gaussian(*usual(values[rows]), np.zeros(0, np.float16), 0.0, 1.0)
    vectors = gaussian.vectors(values).astype(np.float64)
    whitening = whitened(vectors[rows])
    distances = np.linalg.norm(vectors @ whitening.T, axis=1)
    apart = left_out_distances(vectors[rows] @ whitening.T, groups[rows])
    distances[rows] = apart
    packed = whitening[np.tril_indices(len(whitening))].astype(np.float16)
    gaussian = replace(gaussian, whitening=packed, mean=float(apart.mean()), deviation=float(apart.std()) + 1e-6)
    return GaussianTraining(gaussian, np.array([gaussian.scaled(distance) for distance in distances]))


def whitened(vectors: Matrix) -> Matrix:
    """What whitens vectors (n, k): the inverse of the Cholesky factor, (k, k), of their mean square and noise.

    The noise is that of the Gaussian process; with it, few vectors leave the mean square near the identity.
    """
    square = vectors.T @ vectors / len(vectors)
    varying = square[:-1, :-1].trace()
    return np.asarray(
        np.linalg.inv(np.linalg.cholesky(square + (NOISE * varying / len(vectors) + 1e-6) * np.eye(len(square))))
    )


def left_out_distances(whitened: Matrix, groups: NDArray[np.int64]) -> Vector:
    """How far each of n vectors (n, k), whitened by all, is if its group is left out of the mean square, (n,).

    With H the products of a group's vectors over n, the squares are n times the diagonal of H (1 - H)^-1: the identity
    of Woodbury (1950). The noise stays as it is.
    """
    distances = np.empty(len(whitened))
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        share = whitened[own] @ whitened[own].T / len(whitened)
        left = np.linalg.solve(np.eye(len(own)) - share, share)
        distances[own] = np.sqrt(len(whitened) * np.maximum(np.diag(left), 0))
    return distances
