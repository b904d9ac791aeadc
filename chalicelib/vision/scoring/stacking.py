"""Stacking: a logistic regression on scores, no weight of which may be negative (Wolpert 1992, Breiman 1996)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

PULL = 1.0  # toward the prior, over the number of anomalies
STEPS = 50


@dataclass(frozen=True)
class Stacking:
    """Standardised scores times weights, plus a bias: the log odds of an anomaly."""

    mean: NDArray[np.float64]  # (k,)
    deviation: NDArray[np.float64]  # (k,)
    weights: NDArray[np.float64]  # (k,) none negative
    bias: float

    def log_odds(self, scores: Matrix) -> Vector:
        """(..., k) -> (...)."""
        return np.asarray((scores - self.mean) / self.deviation @ self.weights + self.bias)


def fit_stacking(scores: Matrix, anomalous: NDArray[np.bool_], prior: Vector) -> Stacking:
    """Fit on left-out scores (m, k). Few anomalies leave the weights near the prior (k,).

    Both classes weigh the same. The prior keeps the weights finite where the scores part the classes.
    """
    mean, deviation = scores.mean(axis=0), scores.std(axis=0) + 1e-9
    n1, n0 = int(anomalous.sum()), int((~anomalous).sum())
    shares = np.where(anomalous, 0.5 / n1, 0.5 / n0)
    free = np.arange(len(prior))
    while True:
        columns = ((scores - mean) / deviation)[:, free]
        solution = logistic(columns, anomalous.astype(np.float64), shares, PULL / n1, prior[free])
        if (solution[:-1] >= 0).all():
            break
        free = np.delete(free, int(np.argmin(solution[:-1])))
    weights = np.zeros(len(prior))
    weights[free] = solution[:-1]
    return Stacking(mean, deviation, weights, float(solution[-1]))


def logistic(columns: Matrix, targets: Vector, shares: Vector, penalty: float, toward: Vector) -> Vector:
    """Weights and bias with the least weighted log loss plus penalty / 2 |weights - toward|^2, by Newton's method."""
    design = np.column_stack([columns, np.ones(len(columns))])
    prior = np.append(toward, 0.0)
    ridge = np.append(np.full(len(toward), penalty), 1e-6)
    solution = prior.copy()
    for _ in range(STEPS):
        predicted = 1 / (1 + np.exp(-np.clip(design @ solution, -50, 50)))
        gradient = design.T @ (shares * (predicted - targets)) + ridge * (solution - prior)
        curvature = (design * (shares * predicted * (1 - predicted))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        solution = solution - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return solution
