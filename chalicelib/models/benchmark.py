"""Evaluations of many data sets, each with different numbers of images, kinds of features and seeds."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.core.errors import LinewatchError
from chalicelib.models.backbones import cut
from chalicelib.models.dataset import labelled, sampled
from chalicelib.models.evaluation import evaluate, figures, pixel_figures
from chalicelib.vision.features.backbone import BackboneOptions
from chalicelib.vision.training.train import TrainOptions

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


def jobs_in(folder: Path, backbones: tuple[Path, ...], seeds: int) -> list[Job]:
    """All jobs of all sets in a folder. Raises `NoSets`."""
    sets = sorted(
        path.parent.parent for path in folder.glob("*/train/normal") if (path.parent.parent / "test").is_dir()
    )
    if not sets:
        raise NoSets(f"{folder} has no set with train/normal and test")
    return [job for each in sets for job in jobs_of(each, backbones, seeds)]


def jobs_of(folder: Path, backbones: tuple[Path, ...], seeds: int) -> Iterator[Job]:
    """The regimes of one set that its images allow, with filters and with each backbone."""
    images = labelled(folder / "train")
    regimes: list[tuple[str, int | None, int | None]] = [("normal only", None, 0)]
    if len(images.normal) > FEW[0] and len(images.anomaly) > FEW[1]:
        regimes.append((f"{FEW[0]} + {FEW[1]}", *FEW))
    if len(images.anomaly):
        regimes.append(("all images", None, None))
    for backbone in (None, *backbones):
        for regime, normal, anomaly in regimes:
            for seed in range(seeds):
                yield Job(folder, regime, normal, anomaly, backbone, seed)


def run_all(jobs: list[Job], processes: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Each job with its figures as they come, in the order of the jobs, from so many processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from zip(jobs, pool.map(run, jobs), strict=True)


def run(job: Job) -> dict[str, Any]:
    """The figures of one job."""
    train = sampled(labelled(job.folder / "train"), job.limit_normal, job.limit_anomaly, job.seed)
    backbone = BackboneOptions(cut(job.backbone, None)) if job.backbone else None
    evaluation = evaluate(train, labelled(job.folder / "test"), TrainOptions(seed=job.seed, backbone=backbone))
    return figures(evaluation, pixel_figures(evaluation, job.folder / "masks" / "test"))
