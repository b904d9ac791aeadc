"""How good a detector is: ranking, decisions and calibration, from probabilities and truths."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

CERTAIN = 1.644854  # standard deviations: 95 % of a normal distribution lie below
CHANCE = 0.5  # the AUROC of a coin


def auroc(scores: ArrayLike, truths: ArrayLike) -> float | None:
    """Chance that an anomaly scores above a normal, ties counting half; none without both kinds."""
    values, positive = np.asarray(scores, np.float64), np.asarray(truths, bool)
    if positive.all() or not positive.any():
        return None
    _, rank, count = np.unique(values, return_inverse=True, return_counts=True)
    place = (np.cumsum(count) - (count - 1) / 2)[rank]
    n1 = int(positive.sum())
    return float((place[positive].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(values) - n1)))


def ranking(scores: NDArray[np.float64], truths: ArrayLike, full: float) -> NDArray[np.float64]:
    """How well each column of scores (m, k) ranks, (k,): 0 for an AUROC of 0.5 or less, 1 from `full` on."""
    return trust(np.array([auroc(column, truths) for column in scores.T]), full)


def trust(ranked: ArrayLike, full: float) -> NDArray[np.float64]:
    """How far scores of these AUROCs (k,) are to be trusted, (k,): 0 for 0.5 or less, 1 from `full` on."""
    return np.clip((np.asarray(ranked, np.float64) - 0.5) / (full - 0.5), 0, 1)


def standard_error(area: float, normals: int, anomalies: int) -> float:
    """Of an AUROC, from so many images (Hanley and McNeil, 1982)."""
    if not normals or not anomalies:
        return 0.5
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (anomalies - 1) * (one - area**2) + (normals - 1) * (two - area**2)
    return float(np.sqrt(max(variance, 0) / (normals * anomalies)))


def precision_recall(scores: ArrayLike, truths: ArrayLike) -> NDArray[np.float64]:
    """Precision and recall when everything at or above each distinct score is called anomalous: (2, k), best first."""
    values, positive = np.asarray(scores, np.float64), np.asarray(truths, bool)
    order = np.argsort(-values, kind="stable")
    last = np.append(np.diff(values[order]) != 0, True)
    hits = np.cumsum(positive[order])[last]
    return np.stack([hits / (np.flatnonzero(last) + 1), hits / max(1, positive.sum())])


def average_precision(scores: ArrayLike, truths: ArrayLike) -> float | None:
    """Area under the precision-recall steps; none without an anomaly."""
    if not np.any(truths):
        return None
    precision, recall = precision_recall(scores, truths)
    return float((np.diff(recall, prepend=0) * precision).sum())


def brier(probabilities: ArrayLike, truths: ArrayLike) -> float:
    """Mean squared difference of probability and truth."""
    return float(((np.asarray(probabilities) - np.asarray(truths, float)) ** 2).mean())


def reliability(probabilities: ArrayLike, truths: ArrayLike, bins: int = 10) -> NDArray[np.float64]:
    """For each filled bin of probability: images, mean probability, share that is anomalous: (3, at most `bins`)."""
    chances, positive = np.asarray(probabilities, np.float64), np.asarray(truths, np.float64)
    where = np.minimum((chances * bins).astype(int), bins - 1)
    count = np.bincount(where, minlength=bins)
    filled = count > 0
    sums = np.stack([np.bincount(where, weights, bins) for weights in (chances, positive)])[:, filled]
    return np.concatenate([count[None, filled], sums / count[filled]])


def expected_calibration_error(probabilities: ArrayLike, truths: ArrayLike) -> float:
    """Mean distance of claimed and observed probability over ten bins, weighted by their images."""
    count, claimed, observed = reliability(probabilities, truths)
    return float((count * np.abs(claimed - observed)).sum() / count.sum())


def pixel_scores(heats: list[NDArray[np.float32]], masks: list[NDArray[np.bool_]]) -> tuple[float | None, float]:
    """AUROC of pixels, and the best intersection over union of any one level, over pairs of (h, w) heat and mask.

    Heats are compared in 4,096 steps of equal numbers of pixels, so that memory stays small.
    """
    some = np.concatenate([heat.ravel()[:: max(1, heat.size // 4096)] for heat in heats])
    steps = np.unique(np.quantile(some, np.linspace(0, 1, 4097)))
    inside, outside = np.zeros(len(steps) + 1), np.zeros(len(steps) + 1)
    for heat, mask in zip(heats, masks, strict=True):
        step = np.searchsorted(steps, heat)
        inside += np.bincount(step[mask], minlength=len(steps) + 1)
        outside += np.bincount(step[~mask], minlength=len(steps) + 1)
    if not inside.any() or not outside.any():
        return None, 0.0
    below = np.cumsum(outside) - outside / 2
    hits, misses = np.cumsum(inside[::-1]), np.cumsum(outside[::-1])
    return float((inside * below).sum() / (inside.sum() * outside.sum())), float((hits / (misses + inside.sum())).max())
