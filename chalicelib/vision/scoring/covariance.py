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

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float32]  # (d,) or, stacked, (n, d)
type Prepared = list[tuple[Vector, Vector]]  # for statistics and for covariances: the vectors, their mean squares

CLIP = 8.0
WIDTH = 0.3
SHRINKAGE = 0.01
PER_UNIT = 15  # steps of quantised vectors: CLIP of them fit in 8 bits


@dataclass(frozen=True)
class CovarianceDescriptor:
    """Turns a grid of C channels into one standardised vector of d = 3 C + C (C + 1) / 2."""

    channel_deviation: NDArray[np.float32]  # (C,) within a normal image
    mean: NDArray[np.float32]  # (d,) of normals and their changed copies
    deviation: NDArray[np.float32]  # (d,)

    @property
    def statistics(self) -> int:
        """How many of the numbers of a vector, from the first on, are not of the covariance."""
        return 3 * len(self.channel_deviation)

    def vector(self, grid: Grid) -> Vector:
        """(h, w, C) -> (d,) in units of the normals' deviation, clipped at 8 of them."""
        return self.standardised(describe(grid, self.channel_deviation))

    def standardised(self, vectors: Vector) -> Vector:
        """The result of `describe` in those units: (..., d)."""
        return np.asarray(np.clip((vectors - self.mean) / self.deviation, -CLIP, CLIP), np.float32)

    def prepared(self, vectors: Vector) -> Prepared:
        """Vectors (n, d) ready for `kernel`."""
        parts = np.ascontiguousarray(vectors[:, : self.statistics]), np.ascontiguousarray(vectors[:, self.statistics :])
        return [(part, np.einsum("nd,nd->n", part, part) / np.float32(part.shape[1])) for part in parts]


def quantised(vector: Vector) -> NDArray[np.int8]:
    """Vectors (..., d) in steps of 1 / 15, as a model file holds them; the rounding hardly changes a kernel."""
    return np.rint(vector * PER_UNIT).astype(np.int8)


def dequantised(vectors: NDArray[np.int8]) -> Vector:
    """Quantised vectors (..., d) back to float32."""
    return vectors.astype(np.float32) / np.float32(PER_UNIT)


def kernel(a: Prepared, b: Prepared) -> Matrix:
    """The kernel of prepared vectors: n and m of them -> (n, m). Statistics and covariances weigh the same."""
    statistics, covariances = (_kernel(*one, *other) for one, other in zip(a, b, strict=True))
    return np.asarray((statistics + covariances) / 2 + 1, np.float64)


@dataclass(frozen=True)
class CovarianceTraining:
    """A fitted descriptor, and the vectors and kernel matrix of the m images and copies that it was fitted to."""

    descriptor: CovarianceDescriptor
    support: NDArray[np.int8]  # (m, d) quantised vectors
    kernel: Matrix  # (m, m)


def fit_covariance(grids: Sequence[Grid], normals: int) -> CovarianceTraining:
    """From m grids (h, w, C), in the units in which the first ones vary, those of normals and their changed copies."""
    within = np.sqrt(np.mean([grid.astype(np.float32).var(axis=(0, 1)) for grid in grids[:normals]], axis=0))
    channel_deviation = scale_of(within)
    with ThreadPoolExecutor(THREADS) as pool:
        vectors = np.stack(list(pool.map(lambda grid: describe(grid, channel_deviation), grids)))
    normal = vectors[:normals]
    descriptor = CovarianceDescriptor(channel_deviation, normal.mean(axis=0), scale_of(normal.std(axis=0)))
    support = quantised(descriptor.standardised(vectors))
    prepared = descriptor.prepared(dequantised(support))
    return CovarianceTraining(descriptor, support, kernel(prepared, prepared))


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


def similarity[T: np.floating](products: NDArray[T], squares: NDArray[T], other: NDArray[T]) -> NDArray[T]:
    """Half the mean product of vectors, half a Gaussian of their mean squared difference, from their mean squares."""
    return np.asarray((products + np.exp(-WIDTH / 2 * np.maximum(squares + other - 2 * products, 0))) / 2)


def _kernel(a: Vector, a_squares: Vector, b: Vector, b_squares: Vector) -> Vector:
    return similarity(a @ b.T / np.float32(a.shape[1]), a_squares[:, None], b_squares)
