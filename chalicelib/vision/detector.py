"""A trained detector: one image in, one finding out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo, resized
from chalicelib.vision.familiar import Familiar
from chalicelib.vision.matching import Bank
from chalicelib.vision.normal import Place
from chalicelib.vision.stack import Stack
from chalicelib.vision.view import View, Viewer
from chalicelib.vision.whole import Descriptor, Prepared, kernel, unpacked


@dataclass(frozen=True)
class Finding:
    """What the detector says of one image."""

    anomalous: bool
    anomaly_probability: float  # calibrated, 0 to 1; anomalous above the detector's threshold
    anomaly_score: float  # unbounded, for ranking
    anomaly_map: NDArray[np.float32]  # (h, w) deviations from normal for each cell, about 0 where usual


class WrongSize(ValueError):
    """The image is not of the size that a strict detector was trained on."""

    def __init__(self, found: tuple[int, ...], wanted: tuple[int, int]) -> None:
        super().__init__(
            f"the image has {found[1]} x {found[0]} px, but this model takes {wanted[1]} x {wanted[0]} px only"
        )


@dataclass(frozen=True)
class Supervised:
    """What labels add: a regression on the image as a whole, stacked with the normal head's scores."""

    weights: NDArray[np.float64]  # (m,) of the support
    stack: Stack


@dataclass(frozen=True)
class Line:
    """Log odds of an anomaly as a line over a score: the calibration where there are no anomalies to learn from."""

    center: float  # score at which an image is as likely anomalous as normal
    slope: float

    def log_odds(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log odds at scores."""
        return self.slope * (score - self.center)


@dataclass(frozen=True)
class Detector:
    """Everything that an inspection needs; made by `fit.fit` or `artifact.load`."""

    image_size: tuple[int, int]  # (height, width) px that every image is brought to
    trained_on: tuple[int, int]  # (height, width) px of most training images
    strict_size: bool  # whether an image of another size is refused
    viewer: Viewer
    fine: Place
    coarse: Place
    descriptor: Descriptor
    support: NDArray[np.int8]  # (m, d) kept vectors of training images and copies
    familiar: Familiar
    calibration: Line
    supervised: Supervised | None
    threshold: float  # anomaly_probability above which an image is anomalous
    mask_level: float  # deviations that the maps of 3 of 4 normal images nowhere reach
    left_out_normal: NDArray[np.float64]  # (n,) anomaly_probability of training normals, each judged without itself
    left_out_anomaly: NDArray[np.float64]  # (k,) of training anomalies
    metadata: dict[str, str]

    def inspect(self, photo: Photo) -> Finding:
        """Judge one (H, W, 3) RGB uint8 image of any size; it is stretched to the aspect of the training images.

        Raises `WrongSize` where training was told to be strict about sizes.
        """
        if self.strict_size and photo.shape[:2] != self.trained_on:
            raise WrongSize(photo.shape, self.trained_on)
        small = resized(photo, self.image_size)
        motion = self.viewer.motion(small)
        log_odds, found = self.judged(self.viewer.seen(small, motion))
        probability = float(chance(np.array(log_odds)))
        return Finding(probability > self.threshold, probability, log_odds, self.viewer.returned(found, motion))

    def judged(self, view: View) -> tuple[float, NDArray[np.float32]]:
        """The log odds of an anomaly, and the coarse map, of an aligned image."""
        maps = [
            place.usual.deviations(place.normals.nearest(grid, bank), known)
            for place, bank, grid, known in zip(self._places, self._banks, view.grids, view.known, strict=True)
        ]
        like, own = self._likeness(view.grids[0])
        scores = [
            place.usual.score(deviations, known)
            for place, deviations, known in zip(self._places, maps, view.known, strict=True)
        ]
        return self._log_odds(like, np.array([*scores, self.familiar.score(own, like)])), maps[1]

    def _likeness(self, grid: Grid) -> tuple[NDArray[np.float64], float]:
        """The kernel of an image with each of the support, (m,), and with itself."""
        vector = self.descriptor.prepared(self.descriptor.vector(grid)[None])
        return kernel(vector, self._support)[0], float(kernel(vector, vector)[0, 0])

    def _log_odds(self, like: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
        if self.supervised is None:
            return float(self.calibration.log_odds(combined(scores)))
        regression = float(like @ self.supervised.weights)
        return float(self.supervised.stack.log_odds(np.append(regression, scores)))

    @property
    def _places(self) -> tuple[Place, Place]:
        return self.fine, self.coarse

    @cached_property
    def _banks(self) -> tuple[Bank, Bank]:
        return self.fine.normals.laid_out(), self.coarse.normals.laid_out()

    @cached_property
    def _support(self) -> Prepared:
        return self.descriptor.prepared(unpacked(self.support))


def combined(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal head's verdict of [fine, coarse, whole] scores, of which the highest counts: (..., 3) -> (...)."""
    return np.asarray(scores.max(axis=-1))


def chance(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities that have such log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
