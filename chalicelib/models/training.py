"""Training on labelled image files: errors and warnings name the files."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled, readable
from chalicelib.models.layouts import found_in
from chalicelib.models.left_out import first_names, left_out_lines
from chalicelib.models.masks import read_masks
from chalicelib.models.names import NORMAL, expected, name_in_set
from chalicelib.vision.arrays import THREADS
from chalicelib.vision.decode import Undecodable, highest_grey
from chalicelib.vision.detector import Detector
from chalicelib.vision.features.backbone import BackboneError
from chalicelib.vision.features.resizing import WrongSizes
from chalicelib.vision.file_formats import FILES
from chalicelib.vision.grey_bits import bits_that_hold, with_grey_bits
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import (
    LEAST_ANOMALIES,
    LEAST_NORMALS,
    NotEnoughImages,
    TooManyImages,
    Training,
    TrainOptions,
    check_counts,
    train,
)


class CannotTrain(LinewatchError):
    """No detector can be trained on these images with these options; the message says why and names the files."""


@dataclass(frozen=True)
class TrainedDetector:
    """A training, and the images that it used: those that could be read."""

    images: Labelled
    training: Training
    mask_notes: Sequence[str] = ()  # on masks of the images that are not used, or read in an unusual way

    @property
    def detector(self) -> Detector:
        """The detector itself."""
        return self.training.detector

    @property
    def size(self) -> int:
        """The size that it was trained at: images became about size x size px."""
        return int(self.detector.metadata["size"])


def train_on(images: Labelled, options: TrainOptions, progress: Progress = silent) -> TrainedDetector:
    """Train on image files; those that cannot be read are left out. Raises `CannotTrain`."""
    bits = _grey_bits(images)
    if bits:
        images = images.with_grey_bits(bits)
    if len(images.anomaly) < LEAST_ANOMALIES:  # they are not learned from, and so read by the report alone
        images = images.without(readable(replace(images, normal=images.normal[:0], left_out={})).left_out)
    try:
        trained = _trained(images, options, progress)
    except Undecodable:
        trained = _trained(readable(images), options, progress)
    if bits:
        detector = with_grey_bits(trained.detector, bits)
        trained = replace(trained, training=replace(trained.training, detector=detector))
    return trained


def _grey_bits(images: Labelled) -> int | None:
    """The fewest bits that hold the 16-bit greys of all images; None where no image has any."""
    with ThreadPoolExecutor(THREADS) as pool:
        highest = max(pool.map(_highest_grey, (*images.normal.paths, *images.anomaly.paths)), default=0)
    return bits_that_hold(highest) if highest else None


def _highest_grey(path: Path) -> int:
    """The highest 16-bit grey of an image; 0 for any other image, and for a file that will be left out."""
    try:
        return highest_grey(path.read_bytes(), FILES)
    except (Undecodable, OSError):
        return 0


def check_enough(images: Labelled) -> None:
    """Raise `CannotTrain`, with what was looked for and where, when there are too few normal images to train on."""
    try:
        check_counts(min(len(images.normal), LEAST_NORMALS), 0)
    except NotEnoughImages as error:
        raise CannotTrain(
            "\n".join([f"{error}{looked_for(images, NORMAL)}", *left_out_lines(images.left_out)])
        ) from error


def _trained(images: Labelled, options: TrainOptions, progress: Progress) -> TrainedDetector:
    check_enough(images)
    masks = read_masks(images.anomaly.paths, images.masks)
    marked = [masks.marked.get(path) for path in images.anomaly.paths]
    try:
        return TrainedDetector(images, train(images.normal, images.anomaly, options, progress, marked), masks.notes)
    except WrongSizes as error:
        raise CannotTrain(f"{error}: {', '.join(_names(images, error.images))}") from error
    except (TooManyImages, BackboneError) as error:
        raise CannotTrain(str(error)) from error


def looked_for(images: Labelled, *labels: str) -> str:
    """What was looked for and where, to follow a message that images are missing; empty for images of no folder."""
    if images.folder is None or images.folder.is_file() or images.how_to_split:
        return f" in {images.folder}" if images.folder else ""
    folders = " and ".join(expected(label) for label in labels)
    return f" in {images.folder}: found {found_in(images.folder)}; put images into {folders}"


def training_warnings(trained: TrainedDetector) -> list[str]:
    """What a person should know about the training images, with their names."""
    images, training = trained.images, trained.training
    warnings = list(trained.mask_notes)
    if 0 < len(images.anomaly) < LEAST_ANOMALIES:
        warnings.append(
            f"too few anomalies to learn from: {len(images.anomaly)}, and at least {LEAST_ANOMALIES} are needed"
        )
    if training.other_sizes:
        count, names = len(training.other_sizes), _names(images, training.other_sizes)
        warnings.append(f"{count} images differ from the commonest size and are stretched to one: {', '.join(names)}")
    _, group, members = np.unique(training.groups, return_inverse=True, return_counts=True)
    duplicates = np.flatnonzero(members[group] > 1)
    if len(duplicates):
        names = _names(images, tuple(duplicates[np.argsort(group[duplicates], kind="stable")]))
        warnings.append(
            f"{len(duplicates)} images are nearly the same as others, and prove little more than"
            f" {len(np.unique(group[duplicates]))} would: {', '.join(names)}"
        )
    anomalous = np.arange(len(group)) >= len(images.normal)
    both = np.intersect1d(group[anomalous], group[~anomalous])
    if len(both):
        pairs = [" = ".join(_names(images, tuple(np.flatnonzero(group == each)))) for each in both]
        warnings.append(f"nearly the same, but labelled normal and anomaly: {', '.join(first_names(pairs))}")
    return warnings


def _names(images: Labelled, places: Sequence[int]) -> list[str]:
    """The names of the first images at these places, normals counted first."""
    paths = (*images.normal.paths, *images.anomaly.paths)
    return first_names([name_in_set(paths[place]) for place in places])
