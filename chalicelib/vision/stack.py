"""The last step with labels: a logistic regression of four scores, none of which may count against an anomaly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.metrics import auroc

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

CLIP = 2.0  # of the regression's score: beyond it more is not surer
PRIOR = np.array([2.0, 0.6, 0.6, 0.6])  # the weights that few anomalies leave about as they are, of scores that rank
TRUSTED = 0.85  # AUROC of left-out images from which a score's prior weight counts in full; from 0.5 down not at all
PULL = 1.0  # toward PRIOR, over the number of anomalies
STEPS = 50


@dataclass(frozen=True)
class Stack:
    """Standardised scores [regression, fine, coarse, whole] times weights, plus a bias: the log odds of an anomaly."""

    mean: NDArray[np.float64]  # (4,)
    deviation: NDArray[np.float64]  # (4,)
    weights: NDArray[np.float64]  # (4,) none negative
    bias: float

    def log_odds(self, scores: Matrix) -> Vector:
        """(..., 4) -> (...)."""
        return np.asarray((clipped(scores) - self.mean) / self.deviation @ self.weights + self.bias)


def clipped(scores: Matrix) -> Matrix:
    """The regression's score cut to +-2; the others as they are."""
    return np.concatenate([np.clip(scores[..., :1], -CLIP, CLIP), scores[..., 1:]], axis=-1)


def fit_stack(scores: Matrix, anomalous: NDArray[np.bool_]) -> Stack:
    """Fit on left-out scores (m, 4). Targets are smoothed as Platt did (1999), both classes weigh the same."""
    scores = clipped(scores)
    mean, deviation = scores.mean(axis=0), scores.std(axis=0) + 1e-9
    n1, n0 = int(anomalous.sum()), int((~anomalous).sum())
    targets = np.where(anomalous, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    shares = np.where(anomalous, 0.5 / n1, 0.5 / n0)
    prior, free = PRIOR * trust(scores, anomalous), np.arange(4)
    while True:
        columns = ((scores - mean) / deviation)[:, free]
        solution = logistic(columns, targets, shares, PULL / n1, prior[free])
        if (solution[:-1] >= 0).all():
            break
        free = np.delete(free, int(np.argmin(solution[:-1])))
    weights = np.zeros(4)
    weights[free] = solution[:-1]
    return Stack(mean, deviation, weights, float(solution[-1]))


def trust(scores: Matrix, anomalous: NDArray[np.bool_]) -> Vector:
    """How far each of the left-out scores (m, 4) may be trusted, 0 to 1: (4,)."""
    ranked = np.array([auroc(column, anomalous) for column in scores.T])
    return np.clip((ranked - 0.5) / (TRUSTED - 0.5), 0, 1)


def logistic(columns: Matrix, targets: Vector, shares: Vector, penalty: float, toward: Vector) -> Vector:
    """Weights and bias of least weighted log loss plus penalty / 2 |weights - toward|^2, by Newton's method."""
    design = np.column_stack([columns, np.ones(len(columns))])
    prior = np.append(toward, 0.0)
    ridge = np.append(np.full(len(toward), penalty), 1e-6)
    solution = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ solution, -50, 50)))
        gradient = design.T @ (shares * (chance - targets)) + ridge * (solution - prior)
        curvature = (design * (shares * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        solution = solution - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return solution
