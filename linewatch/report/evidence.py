"""What a report is about: a detector, the images that speak for or against it, and those that it learned from."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from chalicelib.vision.detector import Detector
from chalicelib.vision.fit import LEAST_ANOMALIES, Training
from linewatch.dataset import Labelled
from linewatch.report.judged import Judged
from linewatch.report.survey import Seen, survey


class Basis(Enum):
    """How the detector was kept from knowing the images that it is measured on."""

    LEFT_OUT = "leave-one-out on the training images"
    TEST = "test images"


@dataclass(frozen=True)
class Evidence:
    """Everything that a report shows, counts or warns of."""

    name: str
    basis: Basis
    detector: Detector
    images: list[Judged]  # what the detector is measured on
    learned: list[Seen]  # the training images
    alike: list[list[Path]]  # near-duplicates among the training images


def left_out_evidence(name: str, training: Training, images: Labelled) -> Evidence:
    """Each training image as it was judged when it and its like were left out.

    Anomalies too few to learn from were not among them; the finished detector, which does not know them, judges them.
    """
    paths = [*images.normal.paths, *images.anomaly.paths][: len(training.left_out)]
    normals = len(images.normal)
    judged = [
        Judged(path, place >= normals, float(probability), anomaly_map)
        for place, (path, probability, anomaly_map) in enumerate(
            zip(paths, training.left_out, training.left_out_maps, strict=True)
        )
    ]
    if len(images.anomaly) < LEAST_ANOMALIES:
        judged += tested(training.detector, Labelled(images.normal[:0], images.anomaly))
    alike = _groups(paths, training)
    return Evidence(name, Basis.LEFT_OUT, training.detector, judged, survey(images), alike)


def test_evidence(name: str, training: Training, train: Labelled, test: Labelled) -> Evidence:
    """Images kept apart from training, as the finished detector judges them."""
    paths = [*train.normal.paths, *train.anomaly.paths][: len(training.left_out)]
    judged = list(tested(training.detector, test))
    return Evidence(name, Basis.TEST, training.detector, judged, survey(train), _groups(paths, training))


def tested(detector: Detector, images: Labelled) -> Iterator[Judged]:
    """Images that the detector has not learned from, normals first."""
    for photos, anomalous in ((images.normal, False), (images.anomaly, True)):
        for path, photo in zip(photos.paths, photos, strict=True):
            finding = detector.inspect(photo)
            yield Judged(path, anomalous, finding.anomaly_probability, finding.anomaly_map)


def _groups(paths: list[Path], training: Training) -> list[list[Path]]:
    """The groups of near-duplicates with more than one image, the largest first."""
    groups = defaultdict(list)
    for path, group in zip(paths, training.groups.tolist(), strict=True):
        groups[group].append(path)
    several = [sorted(group) for group in groups.values() if len(group) > 1]
    return sorted(several, key=lambda group: (-len(group), group))
