"""Training on labelled image files: errors and warnings name the files."""

import numpy as np

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.features.backbone import BackboneError
from chalicelib.vision.features.resizing import WrongSizes
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import NotEnoughImages, TooManyImages, Training, TrainOptions, train

NAMED = 10  # images that a warning names


class CannotTrain(LinewatchError):
    """No detector can be trained on these images with these options; the message says why and names the files."""


def train_on(images: Labelled, options: TrainOptions, progress: Progress = silent) -> Training:
    """Train on image files. Raises `CannotTrain`."""
    try:
        return train(images.normal, images.anomaly, options, progress)
    except WrongSizes as error:
        raise CannotTrain(f"{error}: {', '.join(_names(images, error.images))}") from error
    except (NotEnoughImages, TooManyImages, BackboneError, Undecodable) as error:
        raise CannotTrain(str(error)) from error


def training_warnings(images: Labelled, training: Training) -> list[str]:
    """What a person should know about the training images, with their names."""
    warnings = []
    if training.other_sizes:
        count, names = len(training.other_sizes), _names(images, training.other_sizes)
        warnings.append(f"{count} images differ from the commonest size and are stretched to one: {', '.join(names)}")
    _, group, members = np.unique(training.groups, return_inverse=True, return_counts=True)
    duplicates = np.flatnonzero(members[group] > 1)
    if len(duplicates):
        names = _names(images, tuple(duplicates[np.argsort(group[duplicates], kind="stable")]))
        warnings.append(
            f"{len(duplicates)} images are nearly the same as others and are left out together: {', '.join(names)}"
        )
    return warnings


def _names(images: Labelled, places: tuple[int, ...]) -> list[str]:
    """The names of the first images at these places, normals counted first."""
    paths = (*images.normal.paths, *images.anomaly.paths)
    names = [f"{paths[place].parent.name}/{paths[place].name}" for place in places[:NAMED]]
    return names if len(places) <= NAMED else [*names, f"and {len(places) - NAMED} more"]
