"""The covariance descriptor: the statistics and covariance of an image's features, wherever they are in the image.

Covariances of features describe texture (Tuzel, Porikli, Meer 2006) and are compared by their matrix logarithms
(Arsigny and others, 2006).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid, scale_of
from chalicelib.vision.scoring.kernels import (
    Matrix,
    Prepared,
    Vector,
    dequantised,
    kernel,
    prepared,
    quantised,
    standardised,
    usual,
)

SHRINKAGE = 0.01
SHARE = 0.5  # of the covariance in the kernel
LEARNED_SHARE = 0.75  # with anomalies to learn from


@dataclass(frozen=True)
class CovarianceDescriptor:
    """Turns a grid of C channels into one standardised vector of d = 3 C + C (C + 1) / 2."""

    channel_deviation: NDArray[np.float32]  # (C,) within a normal image
    mean: NDArray[np.float32]  # (d,) of normals and their changed copies
    deviation: NDArray[np.float32]  # (d,)
    share: float  # of the covariance in the kernel; the statistics have the rest

    @property
    def shares(self) -> tuple[float, float]:
        """Of statistics and covariances in the kernel."""
        return 1 - self.share, self.share

    @property
    def statistics(self) -> int:
        """How many of the numbers of a vector, from the first on, are not of the covariance."""
        return 3 * len(self.channel_deviation)

    def vector(self, grid: Grid) -> Vector:
        """(h, w, C) -> (d,) in units of the normals' deviation, clipped at 8 of them."""
        return self.standardised(describe(grid, self.channel_deviation))

    def standardised(self, vectors: Vector) -> Vector:
        """The result of `describe` in those units: (..., d)."""
        return standardised(vectors, self.mean, self.deviation)

    def prepared(self, vectors: Vector) -> Prepared:
        """Vectors (n, d) ready for `kernel`: statistics and covariances."""
        return prepared([vectors[:, : self.statistics], vectors[:, self.statistics :]])


@dataclass(frozen=True)
class CovarianceTraining:
    """A fitted descriptor, and the vectors and kernel matrix of the m images and copies that it was fitted to."""

    descriptor: CovarianceDescriptor
    support: NDArray[np.int8]  # (m, d) quantised vectors
    kernel: Matrix  # (m, m)


def fit_covariance(grids: Sequence[Grid], normals: int, share: float) -> CovarianceTraining:
    """From m grids (h, w, C), in the units in which the first ones vary, those of normals and their changed copies.

    `share` is that of the covariance in the kernel.
    """
    within = np.sqrt(np.mean([grid.astype(np.float32).var(axis=(0, 1)) for grid in grids[:normals]], axis=0))
    channel_deviation = scale_of(within)
    with ThreadPoolExecutor(THREADS) as pool:
        vectors = np.stack(list(pool.map(lambda grid: describe(grid, channel_deviation), grids)))
    descriptor = CovarianceDescriptor(channel_deviation, *usual(vectors[:normals]), share)
    support = quantised(descriptor.standardised(vectors))
    of_support = descriptor.prepared(dequantised(support))
    return CovarianceTraining(descriptor, support, kernel(of_support, of_support, descriptor.shares))


def describe(grid: Grid, channel_deviation: NDArray[np.float32]) -> Vector:
    """Mean, deviation and maximum of each channel, then the logarithm of their covariance: (h, w, C) -> (d,)."""
    cells = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
    mean = cells.mean(axis=0)
    centred = cells - mean
    covariance = centred.T @ centred / np.float32(len(cells))
    scaled = covariance / channel_deviation[:, None] / channel_deviation
    values, vectors = np.linalg.eigh(scaled.astype(np.float64))
    logarithm = (vectors * np.log(np.maximum(values, 0) + SHRINKAGE)) @ vectors.T
    upper = logarithm[~np.tri(len(logarithm), k=-1, dtype=np.bool_)]
    return np.concatenate([mean, np.sqrt(np.diag(covariance)), cells.max(axis=0), upper]).astype(np.float32)
