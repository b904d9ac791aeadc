"""What a report is about: a detector, the images that it is measured on, and the images that it learned from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chalicelib.models.dataset import Labelled
from chalicelib.models.mask_files import MaskFiles
from chalicelib.models.unseen_kinds import UnseenKind
from chalicelib.reports.training.conclusion import Conclusion, TrainingSummary, conclude
from chalicelib.reports.training.light import light_apart
from chalicelib.reports.training.predictions import LabelledPrediction
from chalicelib.reports.training.survey import ImageSummary, defect_areas, survey
from chalicelib.vision.detector import Detector
from chalicelib.vision.training.drawn_damage import DrawnDamage
from chalicelib.vision.training.train import LEAST_ANOMALIES, Training
from chalicelib.vision.two_kinds import two_kinds


class Basis(Enum):
    """How the detector was kept from knowing the images that it is measured on."""

    LEFT_OUT = "training images, each left out in turn"
    TEST = "test images, kept apart from training"


@dataclass(frozen=True)
class Evidence:
    """Everything that a report shows, counts or warns of."""

    name: str
    basis: Basis
    detector: Detector
    images: list[LabelledPrediction]  # what the detector is measured on
    learned: list[ImageSummary]  # the training images
    alike: list[list[Path]]  # near-duplicates among the training images
    areas: dict[Path, float]  # share of the image that is defective, for anomalies with a mask
    drawn_damage: DrawnDamage | None  # how well damage drawn on normals is found, if only they were learned from
    left_out: Mapping[Path, str] = field(default_factory=dict)  # what of the data set was not used, with the reason
    grouped_by: str = ""  # what the names say groups by, if whole groups were left out
    unseen_kinds: Sequence[UnseenKind] = ()  # each kind of defect left out of training, if that was tried

    @cached_property
    def trained_on(self) -> list[Path]:
        """Test images whose very files are among the training images: on them a detector can hardly fail.

        None where the detector is measured without a test.
        """
        if self.basis is not Basis.TEST:
            return []
        known = {sha256(each.path.read_bytes()).digest() for each in self.learned}
        return [each.path for each in self.images if sha256(each.path.read_bytes()).digest() in known]

    @cached_property
    def light(self) -> str:
        """How the light alone separates anomalous training images; empty if it does not: see `light_apart`."""
        return light_apart([each.brightness for each in self.learned], [each.anomalous for each in self.learned])

    @cached_property
    def fewer_kind(self) -> list[Path]:
        """The normal training images of the rarer kind, if they fall into two: see `two_kinds`. Else none."""
        described = [(each.path, each.descriptor) for each in self.learned if each.descriptor is not None]
        second = two_kinds(np.stack([descriptor for _, descriptor in described])) if described else None
        if second is None:
            return []
        return [path for (path, _), other in zip(described, second.tolist(), strict=True) if other]

    @cached_property
    def conclusion(self) -> Conclusion:
        """Whether the detector is fit to use, from all images but those that it learned from."""
        proving = [image for image in self.images if image.path not in self.trained_on]
        anomalies = sum(each.anomalous for each in self.learned)
        known = TrainingSummary(anomalies, self.alike, self.light, self.drawn_damage)
        return conclude(proving, self.detector.threshold, known)


def left_out_evidence(name: str, training: Training, images: Labelled) -> Evidence:
    """What training itself showed, without any test: see `_left_out_predictions`."""
    predictions = _left_out_predictions(training, images)
    areas = defect_areas(images.anomaly.paths, images.masks)
    alike = near_duplicates(images, training)
    found = training.drawn_damage
    return Evidence(
        name, Basis.LEFT_OUT, training.detector, predictions, survey(images), alike, areas, found, images.left_out
    )


def _left_out_predictions(training: Training, images: Labelled) -> list[LabelledPrediction]:
    """Each training image with the prediction of a detector that had not learned from it or its near-duplicates.

    Anomalies too few to learn from were left out of training; the finished detector predicts them.
    """
    known = learned(images)
    predictions = labelled_predictions(known, training.left_out, training.left_out_maps)
    for path, photo in zip(
        images.anomaly.paths[len(known.anomaly) :], images.anomaly[len(known.anomaly) :], strict=True
    ):
        prediction = training.detector.inspect(photo)
        unfamiliar = prediction.unfamiliar is not None
        predictions.append(
            LabelledPrediction(path, True, prediction.anomaly_probability, prediction.anomaly_map, unfamiliar)
        )
    return predictions


def test_evidence(
    name: str,
    training: Training,
    train: Labelled,
    predictions: list[LabelledPrediction],
    masks: MaskFiles,
    left_out: Mapping[Path, str],
) -> Evidence:
    """Images kept apart from training, with the predictions of the finished detector."""
    areas = defect_areas([image.path for image in predictions if image.anomalous], masks)
    alike = near_duplicates(train, training)
    found = training.drawn_damage
    return Evidence(name, Basis.TEST, training.detector, predictions, survey(train), alike, areas, found, left_out)


def labelled_predictions(
    images: Labelled,
    probabilities: NDArray[np.float64],
    maps: Sequence[NDArray[np.float32]] | NDArray[np.float32],
    unfamiliar: NDArray[np.bool_] | None = None,
) -> list[LabelledPrediction]:
    """The predictions of images, normals first: (n,) probabilities, n maps, and (n,) which are unfamiliar, if known."""
    paths = [(path, False) for path in images.normal.paths] + [(path, True) for path in images.anomaly.paths]
    strange = [False] * len(paths) if unfamiliar is None else unfamiliar.tolist()
    return [
        LabelledPrediction(path, anomalous, float(probability), anomaly_map, odd)
        for (path, anomalous), probability, anomaly_map, odd in zip(paths, probabilities, maps, strange, strict=True)
    ]


def learned(images: Labelled) -> Labelled:
    """The images that training learns from: all, but for anomalies that are too few."""
    return images if len(images.anomaly) >= LEAST_ANOMALIES else Labelled(images.normal, images.anomaly[:0])


def near_duplicates(images: Labelled, training: Training) -> list[list[Path]]:
    """The groups of near-duplicates with more than one image, the largest first."""
    groups, known = defaultdict(list), learned(images)
    for path, group in zip([*known.normal.paths, *known.anomaly.paths], training.groups.tolist(), strict=True):
        groups[group].append(path)
    several = [sorted(group) for group in groups.values() if len(group) > 1]
    return sorted(several, key=lambda group: (-len(group), group))
