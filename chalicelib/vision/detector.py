"""A trained detector: one image in, one prediction out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.features.extractor import Extractor, Features
from chalicelib.vision.features.resizing import resized
from chalicelib.vision.references import References
from chalicelib.vision.scoring.covariance import CovarianceDescriptor, Prepared, dequantised, kernel
from chalicelib.vision.scoring.gaussian_process import GaussianProcess
from chalicelib.vision.scoring.heads import LogisticCalibration, SupervisedHead, combined, probability
from chalicelib.vision.scoring.memory_bank import FittedGrid

SCORE_TOLERANCE, PROBABILITY_TOLERANCE = 0.05, 0.02
"""What a reference image's prediction may differ by, the score by a hundredth of itself on top."""


class SelfTestFailed(ValueError):
    """The detector does not reproduce the predictions that its model file expects; the message says which."""


@dataclass(frozen=True)
class Prediction:
    """What the detector predicts for one image."""

    anomalous: bool
    anomaly_probability: float  # calibrated, 0 to 1; anomalous above the detector's threshold
    anomaly_score: float  # unbounded, for ranking
    anomaly_map: NDArray[np.float32]  # (h, w) deviation from normals of each cell, about 0 if usual


class WrongSize(ValueError):
    """The image is not of the size that a strict detector was trained on."""

    def __init__(self, shape: tuple[int, ...], wanted: tuple[int, int]) -> None:
        super().__init__(
            f"the image has {shape[1]} x {shape[0]} px, but this model takes {wanted[1]} x {wanted[0]} px only"
        )


@dataclass(frozen=True)
class Detector:
    """Everything that an inspection needs; made by `training.train` or `model_file.load`."""

    image_size: tuple[int, int]  # (height, width) px that every image is brought to
    trained_on: tuple[int, int]  # (height, width) px of most training images
    strict_size: bool  # whether an image of another size is refused
    extractor: Extractor
    fine: FittedGrid
    coarse: FittedGrid
    descriptor: CovarianceDescriptor
    support: NDArray[np.int8]  # (m, d) quantised vectors of training images and copies
    process: GaussianProcess
    calibration: LogisticCalibration
    supervised: SupervisedHead | None
    threshold: float  # anomaly_probability above which an image is anomalous
    mask_level: float  # deviation that the maps of 3 of 4 normal images stay below
    left_out_normal: NDArray[np.float64]  # (n,) anomaly_probability of training normals, each left out
    left_out_anomaly: NDArray[np.float64]  # (k,) of training anomalies
    metadata: dict[str, str]
    references: References  # for `self_test`

    def inspect(self, photo: Photo) -> Prediction:
        """Inspect one (H, W, 3) RGB uint8 image of any size; it is stretched to the aspect of the training images.

        Raises `WrongSize` for another size than in training if the detector is strict about sizes.
        """
        if self.strict_size and photo.shape[:2] != self.trained_on:
            raise WrongSize(photo.shape, self.trained_on)
        return self.inspect_resized(resized(photo, self.image_size))

    def inspect_resized(self, small: Photo) -> Prediction:
        """Inspect an image that already has the working size, (H, W, 3)."""
        motion = self.extractor.motion(small)
        log_odds, aligned_map = self.scored(self.extractor.extract(small, motion))
        chance = float(probability(np.array(log_odds)))
        return Prediction(chance > self.threshold, chance, log_odds, self.extractor.to_photo(aligned_map, motion))

    def self_test(self) -> None:
        """Inspect the reference images. Raises `SelfTestFailed` unless the predictions are those of training."""
        for number in range(len(self.references.ends)):
            try:
                prediction = self.inspect_resized(self.references.photo(number))
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise SelfTestFailed(f"reference image {number + 1} cannot be inspected: {error}") from error
            chance, score = float(self.references.probabilities[number]), float(self.references.scores[number])
            same = (
                abs(prediction.anomaly_score - score) <= SCORE_TOLERANCE + abs(score) / 100
                and abs(prediction.anomaly_probability - chance) <= PROBABILITY_TOLERANCE
            )
            if not same:
                raise SelfTestFailed(
                    f"reference image {number + 1} gets score {prediction.anomaly_score:.4f} and probability"
                    f" {prediction.anomaly_probability:.4f}; in training it got {score:.4f} and {chance:.4f}"
                )

    def scored(self, features: Features) -> tuple[float, NDArray[np.float32]]:
        """The log odds of an anomaly, and the coarse map (h, w) of the aligned image."""
        maps = [
            fitted.statistics.deviations(fitted.bank.distance(grid), known)
            for fitted, grid, known in zip((self.fine, self.coarse), features.grids, features.known, strict=True)
        ]
        scores = [
            fitted.statistics.score(deviations, known)
            for fitted, deviations, known in zip((self.fine, self.coarse), maps, features.known, strict=True)
        ]
        row, own = self._kernel(features.grids[0])
        return self._log_odds(row, np.array([*scores, self.process.score(own, row)])), maps[1]

    def _kernel(self, grid: Grid) -> tuple[NDArray[np.float64], float]:
        """The kernel of an image with each row of the support, (m,), and with itself."""
        vector = self.descriptor.prepared(self.descriptor.vector(grid)[None])
        return kernel(vector, self._support)[0], float(kernel(vector, vector)[0, 0])

    def _log_odds(self, row: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
        if self.supervised is None:
            return float(self.calibration.log_odds(combined(scores)))
        return self.supervised.log_odds(row, scores)

    @cached_property
    def _support(self) -> Prepared:
        return self.descriptor.prepared(dequantised(self.support))
