"""Kernel ridge regression from normals at -1 to anomalies at +1, with what it says of rows left out in closed form."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

PENALTIES = 10.0 ** np.arange(-4, 0.5, 0.5)


def fit_ridge(
    gram: Matrix, anomalous: NDArray[np.bool_], groups: NDArray[np.int64], say: Vector
) -> tuple[Vector, Vector]:
    """The (m,) weights of the rows of a kernel matrix (m, m), and the (m,) scores with each row's group left out.

    The penalty is the one with the least squared hinge loss on what was left out. Both classes weigh the same, and
    within a class each row as much as its `say`, (m,).
    """
    targets = np.where(anomalous, 1.0, -1.0)
    shares = say * say.sum() / (2 * np.where(anomalous, say[anomalous].sum(), say[~anomalous].sum()))
    trials = [solved(gram, targets, shares, groups, penalty) for penalty in PENALTIES]
    losses = [(shares * np.maximum(0, 1 - targets * left_out) ** 2).mean() for _, left_out in trials]
    return trials[int(np.argmin(losses))]


def solved(
    gram: Matrix, targets: Vector, shares: Vector, groups: NDArray[np.int64], penalty: float
) -> tuple[Vector, Vector]:
    """Weights a = G^-1 t with G = K + penalty / shares; a group's left-out scores are t_g - (G^-1_gg)^-1 a_g."""
    inverse = np.linalg.inv(gram + np.diag(penalty / shares))
    weights = inverse @ targets
    left_out = np.empty_like(targets)
    for rows in members(groups):
        left_out[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], weights[rows])
    return weights, left_out


def members(groups: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The rows of each group."""
    order = np.argsort(groups, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
