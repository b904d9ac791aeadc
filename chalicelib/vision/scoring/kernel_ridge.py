"""Kernel ridge regression from normals at -1 to anomalies at +1, with its left-out predictions in closed form."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

PENALTIES = 10.0 ** np.arange(-4, 0.5, 0.5)


def fit_kernel_ridge(
    kernel: Matrix, anomalous: NDArray[np.bool_], groups: NDArray[np.int64], sample_weights: Vector
) -> tuple[Vector, Vector]:
    """The (m,) coefficients of the rows of a kernel matrix (m, m), and the (m,) scores with each row's group left out.

    The penalty is the one with the least squared hinge loss on the left-out scores. Both classes weigh the same, and
    within a class each row as its sample weight, (m,).
    """
    targets = np.where(anomalous, 1.0, -1.0)
    class_weight = np.where(anomalous, sample_weights[anomalous].sum(), sample_weights[~anomalous].sum())
    weights = sample_weights * sample_weights.sum() / (2 * class_weight)
    with ThreadPoolExecutor(THREADS) as pool:
        trials = list(pool.map(lambda penalty: solve(kernel, targets, weights, groups, penalty), PENALTIES))
    losses = [(weights * np.maximum(0, 1 - targets * left_out) ** 2).mean() for _, left_out in trials]
    return trials[int(np.argmin(losses))]


def solve(
    kernel: Matrix, targets: Vector, weights: Vector, groups: NDArray[np.int64], penalty: float
) -> tuple[Vector, Vector]:
    """Coefficients a = G^-1 t with G = K + penalty / weights; a group's left-out scores are t_g - (G^-1_gg)^-1 a_g.

    Rifkin and Lippert, Notes on Regularized Least Squares, 2007, for blocks.
    """
    inverse = np.linalg.inv(kernel + np.diag(penalty / weights))
    coefficients = inverse @ targets
    left_out = np.empty_like(targets)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        left_out[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], coefficients[rows])
    return coefficients, left_out
