"""What to expect of parts of another day, camera or batch: whole groups of images are left out of training in turn."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chalicelib.models.dataset import Labelled
from chalicelib.models.evaluation import predict
from chalicelib.models.training import TrainedDetector, train_on
from chalicelib.vision.folds import folds
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import TrainOptions

FOLDS = 4  # trainings besides the one of the detector itself


def leave_groups_out(
    trained: TrainedDetector, options: TrainOptions, groups: NDArray[np.int64], progress: Progress = silent
) -> TrainedDetector:
    """The same detector, with the left-out probabilities of detectors that learned from none of an image's group.

    `groups` (n,) of the images that were learned from, normals first. They are divided into 4 folds, and each fold is
    left out once. Raises `CannotTrain` when too few normals stay.
    """
    training, images = trained.training, trained.images
    learned = len(training.left_out)
    paths = (*images.normal.paths, *images.anomaly.paths)[:learned]
    fold_of = folds(groups[:learned], FOLDS)
    left_out = training.left_out.copy()
    for fold in np.unique(fold_of):
        inside = fold_of == fold
        left_out[inside] = _predicted(
            images, options, [path for path, out in zip(paths, inside, strict=True) if out], progress
        )
    normals = len(images.normal)
    detector = replace(training.detector, left_out_normal=left_out[:normals], left_out_anomaly=left_out[normals:])
    return TrainedDetector(images, replace(training, detector=detector, left_out=left_out))


def _predicted(
    images: Labelled, options: TrainOptions, fold: Sequence[Path], progress: Progress
) -> NDArray[np.float64]:
    """The probabilities of the images of a fold, by a detector that is trained on the others.

    1 for an unfamiliar image: no threshold lets it pass.
    """
    every = (*images.normal.paths, *images.anomaly.paths)
    inside = dict.fromkeys(fold, "left out with its group")
    outside = {path: "learned from" for path in every if path not in inside}
    detector = train_on(images.without(inside), options, progress).detector
    _, found = predict(detector, images.without(outside))
    return np.where(found.unfamiliar, 1.0, found.probabilities)
