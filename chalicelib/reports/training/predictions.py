"""Labelled images with the predictions of a detector that had not learned from them, and counts of wrong verdicts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SURE = 1.959964  # standard deviations: 95 % of a normal distribution lie within


@dataclass(frozen=True)
class LabelledPrediction:
    """One image."""

    path: Path
    anomalous: bool  # its label
    probability: float  # of being anomalous
    anomaly_map: NDArray[np.float32]  # (h, w) deviations from normal
    unfamiliar: bool = False  # unlike anything in training: it does not pass, whatever its probability

    def wrong_at(self, threshold: float) -> bool:
        """Whether the verdict at a threshold is not the label."""
        return (self.unfamiliar or self.probability > threshold) != self.anomalous


@dataclass(frozen=True)
class Rate:
    """How often something happened, and what that says of how often it will."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """0 where nothing could happen."""
        return self.count / self.of if self.of else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """The 95 % interval of the true share (Wilson 1927); 0 to 1 where nothing is known."""
        if not self.of:
            return 0.0, 1.0
        square = SURE**2 / self.of
        middle = (self.share + square / 2) / (1 + square)
        reach = sqrt(square * (self.share * (1 - self.share) + square / 4)) / (1 + square)
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True)
class ConfusionCounts:
    """What a threshold makes of the images: the four fields of the confusion table."""

    threshold: float
    escapes: Rate  # of the anomalies
    false_rejects: Rate  # of the normals


def confusion_counts(images: Sequence[LabelledPrediction], threshold: float) -> ConfusionCounts:
    """Count the wrong verdicts of either kind at a threshold."""

    def wrong(anomalous: bool) -> Rate:
        kind = [image for image in images if image.anomalous == anomalous]
        return Rate(sum(image.wrong_at(threshold) for image in kind), len(kind))

    return ConfusionCounts(threshold, escapes=wrong(True), false_rejects=wrong(False))


def distinct(
    images: Sequence[LabelledPrediction], threshold: float, alike: Iterable[Sequence[Path]]
) -> list[LabelledPrediction]:
    """One image of each label in each group of near-duplicates, a wrong one if there is any, and all others."""
    group_of = {path: number for number, group in enumerate(alike) for path in group}
    wrong_first = sorted(images, key=lambda image: not image.wrong_at(threshold))
    kept = {(group_of.get(image.path, image.path), image.anomalous): image for image in reversed(wrong_first)}
    return list(kept.values())


def escapes(images: Sequence[LabelledPrediction], threshold: float) -> list[LabelledPrediction]:
    """Anomalies taken for normal, the surest mistake first."""
    missed = [image for image in images if image.anomalous and image.wrong_at(threshold)]
    return sorted(missed, key=lambda image: (image.probability, image.path))


def false_rejects(images: Sequence[LabelledPrediction], threshold: float) -> list[LabelledPrediction]:
    """Normals taken for anomalous, the surest mistake first."""
    rejected = [image for image in images if not image.anomalous and image.wrong_at(threshold)]
    return sorted(rejected, key=lambda image: (-image.probability, image.path))


def close_calls(images: Sequence[LabelledPrediction], threshold: float) -> list[LabelledPrediction]:
    """Right verdicts that the threshold decided, so not of unfamiliar images; those nearest to it first."""
    right = [image for image in images if not image.unfamiliar and not image.wrong_at(threshold)]
    return sorted(right, key=lambda image: (abs(image.probability - threshold), image.path))
