"""A trained detector: one image in, one finding out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo, boxed, halved, resized
from chalicelib.vision.filters import filter_features
from chalicelib.vision.normal import Matcher, NormalMap


@dataclass(frozen=True)
class Finding:
    """What the detector says of one image."""

    anomalous: bool
    anomaly_probability: float  # calibrated, 0 to 1; anomalous above the detector's threshold
    anomaly_score: float  # unbounded, for ranking
    anomaly_map: NDArray[np.float32]  # (h, w) deviations from normal for each cell, about 0 where usual


@dataclass(frozen=True)
class Detector:
    """Everything that an inspection needs; made by `fit.fit` or `artifact.load`."""

    image_size: tuple[int, int]  # (height, width) px that every image is brought to
    fine: NormalMap
    coarse: NormalMap
    center: float  # score at which an image is as likely anomalous as normal
    slope: float  # growth of the log odds with the score
    threshold: float  # anomaly_probability above which an image is anomalous
    metadata: dict[str, str]

    @cached_property
    def _matchers(self) -> tuple[Matcher, Matcher]:
        return Matcher(self.fine.bank, self.fine.radius), Matcher(self.coarse.bank, self.coarse.radius)

    def inspect(self, photo: Photo) -> Finding:
        """Judge one (H, W, 3) RGB uint8 image of any size."""
        fine = filter_features(resized(photo, self.image_size))
        maps = [
            normal.deviations(matcher.nearest(normal.standardised(grid)))
            for normal, matcher, grid in zip(self._heads, self._matchers, (fine, coarsened(fine)), strict=True)
        ]
        score = max(normal.score(deviations) for normal, deviations in zip(self._heads, maps, strict=True))
        probability = sigmoid(self.slope * (score - self.center))
        return Finding(probability > self.threshold, probability, score, maps[1])

    @property
    def _heads(self) -> tuple[NormalMap, NormalMap]:
        return self.fine, self.coarse


def coarsened(grid: Grid) -> Grid:
    """The coarse grid: a 3 x 3 box, then 2 x 2 means: (h, w, C) -> (h / 2, w / 2, C)."""
    return halved(boxed(grid))


def sigmoid(log_odds: float) -> float:
    """The probability with these log odds."""
    return float(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
