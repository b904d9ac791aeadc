"""The working size that suits a set of images, found by training at several."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chalicelib.models.dataset import Labelled
from chalicelib.models.training import TrainedDetector, train_on
from chalicelib.vision.metrics import auroc, standard_error
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import LEAST_ANOMALIES, TrainOptions

SIZES = (256, 384, 512)
TIMED = 5  # images that are inspected to measure the time


@dataclass(frozen=True)
class SizeTrial:
    """What a training at one size promises, and what an inspection costs."""

    size: int
    auroc: float  # of images left out
    error: float  # its standard error
    milliseconds: float  # an image, on this machine


def train_at_best_size(
    images: Labelled, options: TrainOptions, sizes: Sequence[int] = SIZES, progress: Progress = silent
) -> tuple[TrainedDetector, list[SizeTrial]]:
    """Train at each size that most images themselves have, and keep the smallest whose ranking is as good as the best.

    As good is what lies within one standard error (Breiman and others, 1984), so few images lead to a small size.
    Without anomalies there is no ranking, and the first size is taken. Raises `CannotTrain`.
    """
    first = train_on(images, replace(options, size=sizes[0]), progress)
    own = np.sqrt(np.prod(first.detector.trained_on))
    larger = [size for size in sizes[1:] if size <= own and len(first.images.anomaly) >= LEAST_ANOMALIES]
    trainings = [first, *(train_on(first.images, replace(options, size=size), progress) for size in larger)]
    trials = [_trial(trained) for trained in trainings]
    return trainings[chosen(trials)], trials


def chosen(trials: Sequence[SizeTrial]) -> int:
    """The place of the first trial that is within one standard error of the best."""
    best = max(trials, key=lambda trial: trial.auroc)
    return next(place for place, trial in enumerate(trials) if trial.auroc >= best.auroc - best.error)


def described(trials: Sequence[SizeTrial], taken: int) -> str:
    """One line for each trial, and which size was taken."""
    if len(trials) == 1:
        return f"size {taken}: there are no anomalies to choose by, or the photos are too small for other sizes"
    lines = [
        f"size {each.size}: AUROC {each.auroc:.3f} left out, {each.milliseconds:.0f} ms an image" for each in trials
    ]
    return "\n".join([*lines, f"size {taken} is taken: the smallest within one standard error of the best"])


def _trial(trained: TrainedDetector) -> SizeTrial:
    training, normals = trained.training, len(trained.images.normal)
    labels = np.arange(len(training.left_out)) >= normals
    ranking = auroc(training.left_out, labels)
    area = 0.5 if ranking is None else ranking
    return SizeTrial(trained.size, area, standard_error(area, normals, int(labels.sum())), _milliseconds(trained))


def _milliseconds(trained: TrainedDetector) -> float:
    spent = []
    for photo in trained.images.normal[:TIMED]:
        start = time.perf_counter()
        trained.detector.inspect(photo)
        spent.append(time.perf_counter() - start)
    return 1e3 * min(spent)
