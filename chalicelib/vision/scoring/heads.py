"""The last step: scores to the probability of an anomaly, with anomalies to learn from or without.

Without anomalies the highest of the three scores is calibrated on normals. With anomalies, a kernel ridge regression
on the covariance descriptors is stacked with the three scores.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.metrics import ranking
from chalicelib.vision.scoring.kernel_ridge import fit_kernel_ridge
from chalicelib.vision.scoring.stacking import Stacking, fit_stacking

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

REJECTED_FROM = 1.0  # deviations of left-out normal scores above their mean, without anomalies to learn from
SOFTNESS = 0.8  # of such deviations raise the log odds by 1
MIRRORED_WEIGHT = 0.3  # of a mirrored copy in the regression; an original and a jittered copy have 1
CLIP = 2.0  # of the regression's score: beyond it, it is no surer
PRIOR = np.array([2.0, 0.6, 0.6, 0.6])  # weights of [regression, fine, coarse, whole] that few anomalies hardly change
TRUSTED = 0.85  # AUROC on left-out images at which a score has its full prior weight; at 0.5 it has none


@dataclass(frozen=True)
class LogisticCalibration:
    """Log odds of an anomaly as a linear function of a score."""

    center: float  # score at which an image is as likely anomalous as normal
    slope: float

    def log_odds(self, score: Vector) -> Vector:
        """The log odds at scores (...)."""
        return self.slope * (score - self.center)


@dataclass(frozen=True)
class SupervisedHead:
    """What is learned from anomalies: a regression on the whole image, stacked with the three scores."""

    coefficients: NDArray[np.float64]  # (m,) of the support
    stacking: Stacking  # of [regression, fine, coarse, whole]

    def log_odds(self, kernel: Vector, scores: Vector) -> float:
        """From an image's kernel with each row of the support, (m,), and its scores [fine, coarse, whole]."""
        regression = np.clip(float(kernel @ self.coefficients), -CLIP, CLIP)
        return float(self.stacking.log_odds(np.append(regression, scores)))


@dataclass(frozen=True)
class HeadSamples:
    """The m images and copies whose labels the heads are fitted to."""

    anomalous: NDArray[np.bool_]  # (m,)
    groups: NDArray[np.int64]  # (m,) of near-duplicates
    scored: NDArray[np.bool_]  # (m,) those that have the three scores
    mirrored: NDArray[np.bool_]  # (m,)


@dataclass(frozen=True)
class HeadTraining:
    """The fitted heads, and the probabilities of scored samples, each with its group left out."""

    calibration: LogisticCalibration
    supervised: SupervisedHead | None
    left_out: Vector  # (s,)


def fit_heads(samples: HeadSamples, scores: Matrix, kernel: Matrix) -> HeadTraining:
    """From the left-out scores (s, 3) of the scored samples and the kernel matrix (m, m) of all."""
    anomalous = samples.anomalous[samples.scored]
    normal_scores = combined(scores[~anomalous])
    center = normal_scores.mean() + REJECTED_FROM * normal_scores.std()
    calibration = LogisticCalibration(float(center), float(1 / (SOFTNESS * normal_scores.std() + 1e-6)))
    if not anomalous.any():
        return HeadTraining(calibration, None, probability(calibration.log_odds(combined(scores))))
    learned = samples.scored | samples.mirrored
    weights = np.where(samples.mirrored, MIRRORED_WEIGHT, 1.0)[learned]
    coefficients, regression = np.zeros((2, len(kernel)))
    coefficients[learned], regression[learned] = fit_kernel_ridge(
        kernel[learned][:, learned], samples.anomalous[learned], samples.groups[learned], weights
    )
    stacked = np.column_stack([np.clip(regression[samples.scored], -CLIP, CLIP), scores])
    stacking = fit_stacking(stacked, anomalous, PRIOR * ranking(stacked, anomalous, TRUSTED))
    supervised = SupervisedHead(coefficients, stacking)
    return HeadTraining(calibration, supervised, probability(stacking.log_odds(stacked)))


def combined(scores: Vector) -> Vector:
    """The highest of the [fine, coarse, whole] scores: (..., 3) -> (...)."""
    return np.asarray(scores.max(axis=-1))


def probability(log_odds: Vector) -> Vector:
    """The probabilities that have such log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
