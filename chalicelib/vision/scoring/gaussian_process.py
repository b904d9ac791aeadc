"""The score of an image as a whole: the deviation that a Gaussian process fitted to normals leaves unexplained.

Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

NOISE = 0.01  # of the normals' mean variance


@dataclass(frozen=True)
class GaussianProcess:
    """Fitted to normals and their changed copies, which are n rows of the support."""

    rows: NDArray[np.int64]  # (n,) of the support
    factor: NDArray[np.float32]  # (n, n) inverse of the Cholesky factor of their kernel matrix with noise
    mean: float  # of the deviations of normals left out
    deviation: float

    def score(self, own: float, kernel: Vector) -> float:
        """About 0 for a usual normal: from an image's kernel with itself, and with each row of the support, (m,)."""
        explained = self.factor @ kernel[self.rows].astype(np.float32)
        return self.scaled(np.sqrt(max(0.0, own - float(explained @ explained))))

    def scaled(self, deviation: float) -> float:
        """A posterior deviation in units of those of normals left out; growing with the logarithm far out."""
        return float(np.arcsinh((deviation - self.mean) / self.deviation))


@dataclass(frozen=True)
class ProcessTraining:
    """A fitted process, and its scores of all m rows of the support, each with its group left out."""

    process: GaussianProcess
    scores: Vector  # (m,)


def fit_process(kernel: Matrix, groups: NDArray[np.int64], rows: NDArray[np.int64]) -> ProcessTraining:
    """From the kernel matrix (m, m) and the groups (m,) of the support, to some of its rows (n,)."""
    process, left_out = _fit(kernel[np.ix_(rows, rows)], groups[rows], rows)
    scores = np.array([process.score(kernel[row, row], kernel[row]) for row in range(len(kernel))])
    scores[rows] = left_out
    return ProcessTraining(process, scores)


def _fit(kernel: Matrix, groups: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[GaussianProcess, Vector]:
    """The process of the kernel matrix (n, n) of its own rows, and their left-out scores (n,).

    The variance left to the rows g of a group by all other rows is the diagonal of the inverse of (K + noise)^-1_gg,
    less the noise (Rasmussen and Williams, 5.4.2, for blocks).
    """
    noise = NOISE * (np.trace(kernel) / len(kernel) - 1) + 1e-9
    noisy = kernel + noise * np.eye(len(kernel))
    inverse = np.linalg.inv(noisy)
    deviations = np.empty(len(kernel))
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        left = np.diag(np.linalg.inv(inverse[np.ix_(own, own)])) - noise
        deviations[own] = np.sqrt(np.maximum(left, 0))
    factor = np.linalg.inv(np.linalg.cholesky(noisy)).astype(np.float32)
    process = GaussianProcess(rows, factor, float(deviations.mean()), float(deviations.std()) + 1e-6)
    return process, np.array([process.scaled(deviation) for deviation in deviations])
