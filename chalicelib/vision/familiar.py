"""How far an image, as a whole, is from everything that the normals span: a Gaussian process's posterior deviation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.ridge import members

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

NOISE = 0.01  # of the normals' mean variance


@dataclass(frozen=True)
class Familiar:
    """The process fitted to normals and their changed copies, which are n rows of the support."""

    rows: NDArray[np.int64]  # (n,) of the support
    factor: NDArray[np.float32]  # (n, n) inverse of the Cholesky factor of their kernel matrix with noise
    mean: float  # of the deviations of normals left out
    deviation: float

    def score(self, own: float, like: Vector) -> float:
        """About 0 for a usual normal: from an image's kernel with itself, and with the support (m,)."""
        explained = self.factor @ like[self.rows].astype(np.float32)
        return self.scaled(np.sqrt(max(0.0, own - float(explained @ explained))))

    def scaled(self, deviation: float) -> float:
        """A posterior deviation in units of those of normals left out; growing with the logarithm far out."""
        return float(np.arcsinh((deviation - self.mean) / self.deviation))


def fit_familiar(gram: Matrix, groups: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[Familiar, Vector]:
    """From the kernel matrix (n, n) and the groups (n,) of some rows of the support; the fit, and the (n,) scores.

    Each row is scored with its group left out.
    The variance left to the rows g of a group by all other rows is the diagonal of the inverse of (K + noise)^-1_gg,
    less the noise (Rasmussen and Williams 2006, 5.4.2, for blocks).
    """
    noise = NOISE * (np.trace(gram) / len(gram) - 1) + 1e-9
    noisy = gram + noise * np.eye(len(gram))
    inverse = np.linalg.inv(noisy)
    deviations = np.empty(len(gram))
    for own in members(groups):
        left = np.diag(np.linalg.inv(inverse[np.ix_(own, own)])) - noise
        deviations[own] = np.sqrt(np.maximum(left, 0))
    factor = np.linalg.inv(np.linalg.cholesky(noisy)).astype(np.float32)
    familiar = Familiar(rows, factor, float(deviations.mean()), float(deviations.std()) + 1e-6)
    return familiar, np.array([familiar.scaled(deviation) for deviation in deviations])
