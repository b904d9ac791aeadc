"""Evaluations of many data sets, each with different numbers of images, kinds of features and seeds."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import sampled
from chalicelib.models.evaluation import evaluate, figures, pixel_figures
from chalicelib.models.image_files import find_images, folders_in
from chalicelib.models.layouts import image_set
from chalicelib.models.lists import UnusableList
from chalicelib.vision.features.backbone import BackboneError, BackboneOptions
from chalicelib.vision.training.train import TrainOptions

NORMALS, ALL = "normal only", "all images"  # regimes
FEW = (20, 10)  # normals and anomalies of the middle regime


class NoSets(LinewatchError):
    """The folder has no data set with a training and a test part."""


@dataclass(frozen=True)
class Job:
    """One training and one test."""

    folder: Path
    regime: str
    limit_normal: int | None
    limit_anomaly: int | None
    backbone: BackboneOptions | None  # the filters without one
    seed: int
    size: int  # px, of the images that are learned from

    @property
    def options(self) -> TrainOptions:
        """What is chosen about the training."""
        return TrainOptions(size=self.size, seed=self.seed, backbone=self.backbone)

    @property
    def row(self) -> tuple[str, str, str]:
        """The set, the regime and the features: what is the same for all seeds."""
        return self.folder.name, self.regime, self.backbone.name if self.backbone else "filters"


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its figures, or the error that ended it."""

    figures: dict[str, Any] = field(default_factory=dict)
    error: str | None = None


def sets_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The data sets in a folder, and its folders that are none. Raises `NoSets`."""
    every = list(folders_in(folder))
    sets = [path for path in every if _is_set(path)]
    if not sets:
        raise NoSets(f"{folder} has no folder with images in train/normal/ or train/good/, and in test/ beside train/")
    return sets, [path for path in every if path not in sets and any(find_images(path).images)]


def _is_set(folder: Path) -> bool:
    try:
        images = image_set(folder)
    except UnusableList:
        return False
    return len(images.train.normal) > 0 and len(images.test.normal) + len(images.test.anomaly) > 0


def jobs_of(folder: Path, backbones: Sequence[BackboneOptions | None], seeds: int, size: int) -> Iterator[Job]:
    """The regimes of one set that its images allow, with each backbone; None stands for the filters."""
    images = image_set(folder).train
    regimes: list[tuple[str, int | None, int | None]] = [(NORMALS, None, 0)]
    if len(images.normal) > FEW[0] and len(images.anomaly) > FEW[1]:
        regimes.append((f"{FEW[0]} + {FEW[1]}", *FEW))
    if len(images.anomaly):
        regimes.append((ALL, None, None))
    for backbone in backbones:
        for regime, normal, anomaly in regimes:
            for seed in range(seeds):
                yield Job(folder, regime, normal, anomaly, backbone, seed, size)


def run_all(jobs: list[Job], processes: int) -> Iterator[tuple[Job, Outcome]]:
    """Each job with what became of it as they come, in the order of the jobs, from so many processes."""
    return zip(jobs, in_processes(processes, run, jobs), strict=True)


def in_processes[**P, R](count: int, function: Callable[P, R], *arguments: Iterable[Any]) -> Iterator[R]:
    """What `map` answers, in order and as it comes, from so many processes; one is the process that asks."""
    if count == 1:
        yield from map(function, *arguments)
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(function, *arguments)


def run(job: Job) -> Outcome:
    """The figures of one job, or why there are none: one set that cannot be used ends no other's job."""
    images = image_set(job.folder)
    train = sampled(images.train, job.limit_normal, job.limit_anomaly, job.seed)
    try:
        evaluation = evaluate(train, images.test, job.options)
    except (LinewatchError, BackboneError) as error:
        return Outcome(error=str(error))
    return Outcome(figures(evaluation, pixel_figures(evaluation.test, evaluation.predictions.maps)))
