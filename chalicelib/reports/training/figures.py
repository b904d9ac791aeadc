"""The four figures of a report: two curves, the reliability of the probabilities, and their histogram."""

from collections.abc import Sequence
from math import ceil, log, sqrt

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from chalicelib.reports.chart import Axis, Chart, percent_axis
from chalicelib.reports.training.predictions import ConfusionCounts, LabelledPrediction, Rate
from chalicelib.vision import metrics

FARTHEST = 6.0  # log odds at which the histogram ends: 0.25 and 99.75 %
STEP = 0.5  # log odds: the width of a bar
STEPS = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]  # between written counts
WRITTEN = (0.01, 0.1, 0.5, 0.9, 0.99)  # probabilities on the histogram's axis


def values(images: Sequence[LabelledPrediction]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The images' probabilities and labels, as the metrics take them."""
    return np.array([image.probability for image in images]), np.array([image.anomalous for image in images])


def roc_curve(images: Sequence[LabelledPrediction], now: ConfusionCounts) -> Markup:
    """Anomalies found against normals rejected, at every threshold; a dot at the present one."""
    probabilities, truths = values(images)
    order = np.argsort(-probabilities, kind="stable")
    last = np.append(np.diff(probabilities[order]) != 0, True)
    found = np.cumsum(truths[order])[last] / truths.sum()
    rejected = np.cumsum(~truths[order])[last] / (~truths).sum()
    chart = Chart("ROC curve", percent_axis("good parts rejected"), percent_axis("defective parts found"))
    chart.line([(0, 0), (1, 1)], "chance")
    chart.line([(0, 0), *zip(rejected, found, strict=True)], "curve")
    chart.dot((now.false_rejects.share, 1 - now.escapes.share), 5, "now", "at the threshold")
    return chart.markup()


def precision_recall_curve(images: Sequence[LabelledPrediction], now: ConfusionCounts) -> Markup:
    """How many of the rejected are defective against how many of the defective are found."""
    probabilities, truths = values(images)
    precision, recall = metrics.precision_recall(probabilities, truths)
    chart = Chart(
        "precision-recall curve", percent_axis("defective parts found"), percent_axis("of rejected: defective")
    )
    chart.line([(0, float(precision[0])), *zip(recall, precision, strict=True)], "curve")
    found = now.escapes.of - now.escapes.count
    if found:
        share = found / (found + now.false_rejects.count)
        chart.dot((1 - now.escapes.share, share), 5, "now", "at the threshold")
    return chart.markup()


def reliability_diagram(images: Sequence[LabelledPrediction]) -> Markup:
    """How often images with a claimed probability are anomalous, with 95 % bounds; on the diagonal it holds."""
    chart = Chart("reliability diagram", percent_axis("claimed probability"), percent_axis("labelled anomalous"))
    chart.line([(0, 0), (1, 1)], "chance")
    for count, claimed, observed in metrics.reliability(*values(images)).T:
        low, high = Rate(round(count * observed), int(count)).bounds
        chart.line([(claimed, low), (claimed, high)], "whisker")
        hint = f"{int(count)} images: claimed {claimed:.0%}, anomalous {observed:.0%}"
        chart.dot((claimed, observed), 3 + min(6, sqrt(count) / 2), "now", hint)
    return chart.markup()


def histogram(images: Sequence[LabelledPrediction], threshold: float) -> Markup:
    """Normals above and anomalies below the line, by the log odds of their probability; the threshold across."""
    edges = np.arange(-FARTHEST, FARTHEST + STEP, STEP)
    probabilities, truths = values(images)
    odds = np.array([log_odds(probability) for probability in probabilities])
    normals, anomalies = (np.histogram(odds[truths == kind], edges)[0] for kind in (False, True))
    chart = Chart("histogram", _odds_axis(), _counts_axis(max(1, *normals), max(0, *anomalies)))
    for left, up, down in zip(edges, normals, anomalies, strict=False):
        chart.bar((left + 0.04, 0), (left + STEP - 0.04, up), "normal", f"{up} normal")
        chart.bar((left + 0.04, 0), (left + STEP - 0.04, -down), "anomaly", f"{down} anomalous")
    chart.line([(log_odds(threshold), chart.y.low), (log_odds(threshold), chart.y.high)], "threshold")
    return chart.markup()


def log_odds(probability: float) -> float:
    """The logarithm of p / (1 - p), kept within the histogram."""
    certain = 1 / (1 + np.exp(FARTHEST - STEP / 2))
    inside = min(max(probability, certain), 1 - certain)
    return log(inside / (1 - inside))


def _odds_axis() -> Axis:
    ticks = [(log_odds(written), f"{written:.0%}".replace("%", " %")) for written in WRITTEN]
    return Axis("anomaly probability", -FARTHEST, FARTHEST, ticks)


def _counts_axis(up: int, down: int) -> Axis:
    step = next(step for step in STEPS if up + down <= 6 * step)
    low, high = -ceil(down / step) * step, ceil(up / step) * step
    return Axis(
        "anomalous images   |   normal images", low, high, [(n, str(abs(n))) for n in range(low, high + 1, step)]
    )
