"""What other thresholds would do."""

import math
from collections.abc import Sequence
from itertools import groupby

from chalicelib.reports.training.predictions import ConfusionCounts, LabelledPrediction, confusion_counts

ROUND = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def moved_thresholds(images: Sequence[LabelledPrediction], current: float) -> list[ConfusionCounts]:
    """The current threshold, round ones, the highest without an escape and the lowest without a false reject.

    Thresholds that make the same mistakes are given once, by the current one or by the middle one of them.
    """
    counts = [confusion_counts(images, threshold) for threshold in sorted({current, *ROUND, *faultless(images)})]
    rows = []
    for _, same in groupby(counts, key=lambda each: (each.escapes, each.false_rejects)):
        alike = list(same)
        chosen = [each for each in alike if each.threshold == current] or [alike[len(alike) // 2]]
        rows.append(chosen[0])
    return rows


def faultless(images: Sequence[LabelledPrediction]) -> tuple[float, float]:
    """Thresholds below all anomalies and above all normals, each halfway to the next image (0 or 1 without one)."""
    lowest = min((image.probability for image in images if image.anomalous), default=1.0)
    highest = max((image.probability for image in images if not image.anomalous), default=0.0)
    below = max((image.probability for image in images if image.probability < lowest), default=0.0)
    above = min((image.probability for image in images if image.probability > highest), default=1.0)
    return min((below + lowest) / 2, math.nextafter(lowest, 0)), (highest + above) / 2
