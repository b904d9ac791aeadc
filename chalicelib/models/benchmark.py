"""Evaluations of many data sets, each with different numbers of images, kinds of features and seeds."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.core.errors import LinewatchError
from chalicelib.models.backbones import cut
from chalicelib.models.dataset import Labelled, labelled, masks_folder, sampled, subfolder
from chalicelib.models.evaluation import evaluate, figures, pixel_figures
from chalicelib.models.image_files import find_images, is_system_name
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
    backbone: Path | None
    seed: int

    @property
    def row(self) -> tuple[str, str, str]:
        """The set, the regime and the features: what is the same for all seeds."""
        return self.folder.name, self.regime, self.backbone.stem if self.backbone else "filters"


def smallest_backbone(folder: Path) -> tuple[Path, ...]:
    """The smallest ONNX file in `folder/backbones`, or none."""
    return tuple(sorted((folder / "backbones").glob("*.onnx"), key=lambda path: path.stat().st_size)[:1])


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its figures, or the error that ended it."""

    figures: dict[str, Any] = field(default_factory=dict)
    error: str | None = None


def sets_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The data sets in a folder, and its folders that are none. Raises `NoSets`."""
    every = [path for path in sorted(folder.iterdir()) if path.is_dir() and not is_system_name(path.name)]
    sets = [path for path in every if _is_set(path)]
    if not sets:
        raise NoSets(f"{folder} has no folder with images in train/normal/ and a test/ beside train/")
    return sets, [path for path in every if path not in sets and any(find_images(path).images)]


def _is_set(folder: Path) -> bool:
    test = subfolder(folder, "test")
    return test.is_dir() and len(labelled(subfolder(folder, "train")).normal) > 0


def parts_of(folder: Path) -> tuple[Labelled, Labelled]:
    """The images of a set to train on, and those to test on."""
    return labelled(subfolder(folder, "train")), labelled(subfolder(folder, "test"))


def jobs_of(folder: Path, backbones: tuple[Path, ...], seeds: int) -> Iterator[Job]:
    """The regimes of one set that its images allow, with filters and with each backbone."""
    images, _ = parts_of(folder)
    regimes: list[tuple[str, int | None, int | None]] = [(NORMALS, None, 0)]
    if len(images.normal) > FEW[0] and len(images.anomaly) > FEW[1]:
        regimes.append((f"{FEW[0]} + {FEW[1]}", *FEW))
    if len(images.anomaly):
        regimes.append((ALL, None, None))
    for backbone in (None, *backbones):
        for regime, normal, anomaly in regimes:
            for seed in range(seeds):
                yield Job(folder, regime, normal, anomaly, backbone, seed)


def run_all(jobs: list[Job], processes: int) -> Iterator[tuple[Job, Outcome]]:
    """Each job with what became of it as they come, in the order of the jobs, from so many processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from zip(jobs, pool.map(run, jobs), strict=True)


def run(job: Job) -> Outcome:
    """The figures of one job, or why there are none: one set that cannot be used ends no other's job."""
    images, test = parts_of(job.folder)
    train = sampled(images, job.limit_normal, job.limit_anomaly, job.seed)
    try:
        backbone = BackboneOptions(cut(job.backbone, None)) if job.backbone else None
        options = TrainOptions(seed=job.seed, backbone=backbone)
        evaluation = evaluate(train, test, options)
    except (LinewatchError, BackboneError) as error:
        return Outcome(error=str(error))
    return Outcome(figures(evaluation, pixel_figures(evaluation, masks_folder(job.folder, "test"))))
