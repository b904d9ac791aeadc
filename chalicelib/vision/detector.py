"""A trained detector: one image in, one prediction out."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.extractor import Extractor, Features
from chalicelib.vision.features.resizing import Shape
from chalicelib.vision.references import References
from chalicelib.vision.scoring.cell_bank import CellBank
from chalicelib.vision.scoring.covariance import CovarianceDescriptor
from chalicelib.vision.scoring.discriminant import Discriminant
from chalicelib.vision.scoring.familiarity import Familiarity
from chalicelib.vision.scoring.gaussian import Gaussian
from chalicelib.vision.scoring.gaussian_process import GaussianProcess
from chalicelib.vision.scoring.heads import (
    LogisticCalibration,
    SupervisedHead,
    combined,
    guarded,
    probability,
    whole_score,
)
from chalicelib.vision.scoring.kernels import quantised
from chalicelib.vision.scoring.support import Support

REFERENCE_VALUES = (
    "anomaly_probability",
    "anomaly_score",
    "the score of the cells",
    "the score of the whole",
    "the highest of the map",
    "the mean of the map",
    "the mean excess of the statistics",
    "the highest excess of the statistics",
    "the distance from the training images",
)
OF_CELLS = "the mean kernel of the unusual cells"  # one more, where there is a regression on them
TOLERANCE = 0.02
"""Of a reference value, or of 1 where it is less. See docs/decisions/0007-model-file.md for what was measured."""


class SelfTestFailed(ValueError):
    """The detector does not reproduce the predictions that its model file expects; the message says which."""


@dataclass(frozen=True)
class Prediction:
    """What the detector predicts for one image."""

    anomalous: bool
    anomaly_probability: float  # calibrated, 0 to 1; anomalous above the detector's threshold
    anomaly_score: float  # unbounded, for ranking
    anomaly_map: NDArray[np.float32]  # (h, w) deviation from normals of each cell, about 0 if usual
    unfamiliar: str | None = None  # why the image is unlike anything in training; None if it is familiar
    training_distance: float = 0.0  # to the nearest training image; above 1 the whole is unfamiliar


@dataclass(frozen=True)
class Evidence:
    """What the probability is computed from."""

    scores: NDArray[np.float64]  # (2,) of the cells, of the whole
    kernels: list[NDArray[np.float64]]  # (m,) with each row of the support, and of that of the unusual cells
    shown: NDArray[np.float32]  # (h, w) the map of the aligned image: deviations, and what masks taught of defects


class WrongSize(ValueError):
    """The image is not of the size that a strict detector was trained on."""

    def __init__(self, size: Shape, wanted: Shape) -> None:
        super().__init__(
            f"the image has {size[1]} x {size[0]} px, but this model takes {wanted[1]} x {wanted[0]} px only"
        )


@dataclass(frozen=True)
class Detector:
    """Everything that an inspection needs; made by `training.train` or `model_file.load`."""

    image_size: tuple[int, int]  # (height, width) px that every image, or the frame around its part, is brought to
    trained_on: tuple[int, int]  # (height, width) px of most training images
    strict_size: bool  # whether an image of another size is refused
    extractor: Extractor
    familiarity: Familiarity
    bank: CellBank
    discriminant: Discriminant | None  # if masks said where defects are
    descriptor: CovarianceDescriptor
    support: NDArray[np.int8]  # (m, d) quantised vectors of training images and copies
    process: GaussianProcess
    gaussian: Gaussian | None  # without anomalies to learn from; not in models of older versions
    calibration: LogisticCalibration
    supervised: SupervisedHead | None
    threshold: float  # anomaly_probability above which an image is anomalous
    mask_level: float  # deviation that the maps of 3 of 4 normal images stay below
    left_out_normal: NDArray[np.float64]  # (n,) anomaly_probability of training normals, each left out
    left_out_anomaly: NDArray[np.float64]  # (k,) of training anomalies
    metadata: dict[str, str]
    references: References  # for `self_test`

    @property
    def wanted_size(self) -> Shape:
        """(height, width) px that a photo is resized to before all else."""
        return self.extractor.upright.photo_size if self.extractor.upright else self.image_size

    def inspect(self, photo: Photo, size: Shape | None = None) -> Prediction:
        """Inspect one (H, W, 3) RGB uint8 image of any size; it is stretched to the aspect of the training images.

        `size` is the (height, width) in px that it had before it was reduced for `wanted_size`. Raises `WrongSize` for
        another size than in training if the detector is strict about sizes.
        """
        size = size or (photo.shape[0], photo.shape[1])
        if self.strict_size and size != self.trained_on:
            raise WrongSize(size, self.trained_on)
        small, place = self.extractor.framed(photo, self.image_size)
        motion = self.extractor.motion(small)
        features = self.extractor.extract(small, motion)
        unfamiliar, distance = self.familiarity.judge(self.extractor.painted(small), features.cells)
        predicted = self._predicted(self.evidence(features), motion.within(place))
        return replace(predicted, unfamiliar=unfamiliar, training_distance=distance)

    def self_test(self) -> None:
        """Inspect the reference images. Raises `SelfTestFailed` unless the detector works as it did in training."""
        for number, expected in enumerate(self.references.expected):
            try:
                actual = self.reference_values(self.references.photo(number))
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise SelfTestFailed(f"reference image {number + 1} cannot be inspected: {error}") from error
            for name, value, wanted in zip(self.reference_names, actual, expected.tolist(), strict=True):
                if not abs(value - wanted) <= TOLERANCE * max(1.0, abs(wanted)):  # so that NaN fails
                    raise SelfTestFailed(f"reference image {number + 1}: {name} is {value:.4f}, not {wanted:.4f}")

    @property
    def reference_names(self) -> tuple[str, ...]:
        """What `reference_values` are."""
        return (*REFERENCE_VALUES, OF_CELLS) if self.supervised and self.supervised.cells else REFERENCE_VALUES

    def reference_values(self, small: Photo) -> tuple[float, ...]:
        """What the self-test compares of an image at the working size: see `reference_names`."""
        motion = self.extractor.motion(small)
        features = self.extractor.extract(small, motion)
        evidence = self.evidence(features)
        prediction, shown = self._predicted(evidence, motion), evidence.shown
        chances = prediction.anomaly_probability, prediction.anomaly_score
        margins = self.familiarity.margins(self.extractor.painted(small), features.cells)
        of_cells = [float(row.mean()) for row in evidence.kernels[1:]]
        return *chances, *map(float, evidence.scores), float(shown.max()), float(shown.mean()), *margins, *of_cells

    def evidence(self, features: Features) -> Evidence:
        """What the parts of the detector say of an image's features."""
        deviations = self.bank.deviations(self.bank.distance(features.cells), features.known)
        row, own = self._kernel(features.texture)
        whole = self.process.score(own, row)
        if self.gaussian:
            whole = whole_score(whole, self.gaussian.score(features.cells))
        kernels, cells = [row], self.supervised.cells if self.supervised else None
        if cells:
            kernels.append(cells.unusual.kernel(features.cells, deviations, features.known))
        scores, shown = (self.bank.score(deviations, features.known), whole), deviations
        if self.discriminant:
            shown = self.discriminant.shown(deviations, features.cells, features.known)
        return Evidence(np.array(scores), kernels, shown)

    def _predicted(self, evidence: Evidence, motion: Motion) -> Prediction:
        log_odds = self._log_odds(evidence)
        chance = float(probability(np.array(log_odds)))
        shown = self.extractor.to_photo(evidence.shown, motion)
        return Prediction(chance > self.threshold, chance, log_odds, shown)

    def _kernel(self, grid: Grid) -> tuple[NDArray[np.float64], float]:
        """The kernel of an image with each row of the support, (m,), and with itself."""
        return self._support.kernel(quantised(self.descriptor.vector(grid)))

    def _log_odds(self, evidence: Evidence) -> float:
        normal_score = float(combined(evidence.scores))
        sure = float(self.calibration.log_odds(np.array(normal_score)))
        if self.supervised is None:
            return sure
        learned = self.supervised.log_odds(evidence.kernels, normal_score)
        return float(guarded(np.array(learned), np.array(sure)))

    @cached_property
    def _support(self) -> Support:
        return Support(self.support, self.descriptor.statistics, self.descriptor.shares)
