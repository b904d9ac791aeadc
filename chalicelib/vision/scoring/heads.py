"""The last step: scores to the probability of an anomaly, with anomalies to learn from or without.

The normal score is the higher of the two scores that know only normals. Without anomalies it is calibrated on left-out
normals. With anomalies, a regression is stacked with it: a mean of two kernel ridge regressions, on the covariance
descriptors and on the most unusual cells. What the normal score alone would call surely anomalous stays so, whatever
the anomalies taught.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.metrics import ranking, trust
from chalicelib.vision.scoring.kernel_ridge import fit_kernel_ridge
from chalicelib.vision.scoring.stacking import Stacking, fit_stacking
from chalicelib.vision.scoring.unusual_cells import UnusualCells, UnusualTraining

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float64]

REJECTED_FROM = 1.4  # deviations of left-out normal scores above their median, without anomalies to learn from
SURE_FROM = 2.5  # deviations above their mean from which an image is anomalous, whatever the anomalies taught
SLOPE = 2.6  # log odds for one deviation, without anomalies to learn from, if drawn damage is found
LEAST_TRUST = 0.05  # of that slope, if it is not: scores must still rank
SURE_SLOPE = 1.75  # the same of what is surely anomalous
BELOW_ONE_DEVIATION = 0.8413  # of a normal distribution
MIRRORED_WEIGHT = 0.3  # of a mirrored copy in a regression; an original and a jittered copy have 1
CLIP = 2.0  # of the regression's score: beyond it, it is no surer
PRIOR = np.array([2.5, 2.5])  # weights of [regression, normal score] that few anomalies hardly change
TRUSTED = 0.85  # AUROC on left-out images at which a score has its full prior weight; at 0.5 it has none


@dataclass(frozen=True)
class LogisticCalibration:
    """Log odds of an anomaly as a linear function of the normal score."""

    center: float  # score at which an image is as likely anomalous as normal
    slope: float

    def log_odds(self, score: Vector) -> Vector:
        """The log odds at scores (...)."""
        return self.slope * (score - self.center)


@dataclass(frozen=True)
class CellRegression:
    """What the most unusual cells of an image add to the regression."""

    unusual: UnusualCells
    coefficients: NDArray[np.float64]  # (m,) of their support


@dataclass(frozen=True)
class SupervisedHead:
    """What is learned from anomalies: a regression on the whole image and its unusual cells, and the normal score."""

    coefficients: NDArray[np.float64]  # (m,) of the support
    cells: CellRegression | None  # None in a model file of the format 5 or 6
    stacking: Stacking  # of [regression, normal score]

    def log_odds(self, kernels: Sequence[Vector], normal_score: float) -> float:
        """From an image's kernels with the rows of the support and of its unusual cells, (m,), and its normal score."""
        both = [self.coefficients, *([self.cells.coefficients] if self.cells else [])]
        regression = sum(float(row @ coefficients) for row, coefficients in zip(kernels, both, strict=True))
        return float(self.stacking.log_odds(np.array([np.clip(regression, -CLIP, CLIP), normal_score])))


@dataclass(frozen=True)
class HeadSamples:
    """The m images and copies whose labels the heads are fitted to."""

    anomalous: NDArray[np.bool_]  # (m,)
    groups: NDArray[np.int64]  # (m,) of near-duplicates
    scored: NDArray[np.bool_]  # (m,) those that have a normal score
    mirrored: NDArray[np.bool_]  # (m,)


@dataclass(frozen=True)
class HeadTraining:
    """The fitted heads, and the probabilities of scored samples, each with its group left out."""

    calibration: LogisticCalibration
    supervised: SupervisedHead | None
    left_out: Vector  # (s,)


def fit_heads(samples: HeadSamples, scores: Matrix, kernel: Matrix, shown: UnusualTraining | float) -> HeadTraining:
    """From the left-out scores [cells, whole], (s, 2), of the scored samples, and the kernel matrix (m, m) of all.

    `shown` is what anomalies show of unusual cells or, without anomalies, the AUROC of damage drawn on normals.
    """
    anomalous, normal_scores = samples.anomalous[samples.scored], combined(scores)
    if isinstance(shown, float):
        calibration = rejecting(normal_scores, shown)
        return HeadTraining(calibration, None, probability(calibration.log_odds(normal_scores)))
    calibration = surely_anomalous(normal_scores[~anomalous])
    whole, cells = _regression(samples, kernel), _regression(samples, shown.kernel)
    both = np.column_stack([whole.left_out, cells.left_out])[samples.scored]
    share = share_of_cells(both, anomalous, float(ranking(scores[:, :1], anomalous, TRUSTED)[0]))
    stacked = np.column_stack([np.clip(both @ [1 - share, share], -CLIP, CLIP), normal_scores])
    stacking = fit_stacking(stacked, anomalous, PRIOR * ranking(stacked, anomalous, TRUSTED))
    left_out = guarded(stacking.log_odds(stacked), calibration.log_odds(normal_scores))
    of_cells = CellRegression(shown.unusual, share * cells.coefficients)
    head = SupervisedHead((1 - share) * whole.coefficients, of_cells, stacking)
    return HeadTraining(calibration, head, probability(left_out))


@dataclass(frozen=True)
class _Regression:
    coefficients: Vector  # (m,), 0 for samples that are not learned from
    left_out: Vector  # (m,) the score of each sample without its group, likewise


def _regression(samples: HeadSamples, kernel: Matrix) -> _Regression:
    learned = samples.scored | samples.mirrored
    weights = np.where(samples.mirrored, MIRRORED_WEIGHT, 1.0)[learned]
    coefficients, left_out = np.zeros((2, len(kernel)))
    coefficients[learned], left_out[learned] = fit_kernel_ridge(
        kernel[learned][:, learned], samples.anomalous[learned], samples.groups[learned], weights
    )
    return _Regression(coefficients, left_out)


def share_of_cells(both: Matrix, anomalous: NDArray[np.bool_], trusted: float) -> float:
    """The share of the second in the mean of two regressions, from their left-out scores (s, 2) of labelled images.

    Each in inverse proportion to its squared loss (Bates and Granger, 1969); the second no more than as far as the
    score that finds the cells is trusted, 0 to 1.
    """
    misses = np.maximum(0, 1 - np.where(anomalous, 1, -1)[:, None] * np.clip(both, -CLIP, CLIP)) ** 2
    of_whole, of_cells = misses[anomalous].mean(axis=0) + misses[~anomalous].mean(axis=0) + 1e-9
    return float(trusted * of_whole / (of_whole + of_cells))


def rejecting(normal_scores: Vector, damage: float) -> LogisticCalibration:
    """Without anomalies, from left-out normals' scores (n,): centred 1.4 deviations above their median.

    The deviation is that of the half above, which the few that lie far out do not move: 84 % lie below one of them.
    The less damage drawn on normals is found, by its AUROC, the less sure is the detector of anything.
    """
    middle, above = np.quantile(normal_scores, (0.5, BELOW_ONE_DEVIATION)).tolist()
    deviation = above - middle + 1e-6
    slope = SLOPE * max(LEAST_TRUST, float(trust(damage, TRUSTED)))
    return LogisticCalibration(middle + REJECTED_FROM * deviation, slope / deviation)


def surely_anomalous(normal_scores: Vector) -> LogisticCalibration:
    """Of what is no normal whatever anomalies taught: centred 2.5 deviations above the mean of left-out normals' (n,).

    So far out, those few are what counts.
    """
    deviation = normal_scores.std() + 1e-6
    return LogisticCalibration(float(normal_scores.mean() + SURE_FROM * deviation), float(SURE_SLOPE / deviation))


def whole_score[T: (float, Vector)](process: T, gaussian: T) -> T:
    """The score of the whole image, of the Gaussian process on its texture and of the Gaussian of its cells."""
    return (process + gaussian) / 2


def combined(scores: Vector) -> Vector:
    """The normal score: the higher of [cells, whole], (..., 2) -> (...)."""
    return np.asarray(scores.max(axis=-1))


def guarded(log_odds: Vector, sure: Vector) -> Vector:
    """Log odds (...) from what anomalies taught, but of what is surely no normal at least those of that, (...)."""
    return np.where(sure > 0, np.maximum(log_odds, sure), log_odds)


def probability(log_odds: Vector) -> Vector:
    """The probabilities that have such log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
