"""`linewatch measure sets`: every set of a folder, three regimes, several seeds, in one table."""

import json
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib.vision.fit import BackboneOptions, FitOptions, Training, fit
from linewatch.backbones import cut
from linewatch.commands.options import json_option
from linewatch.dataset import Labelled, labelled, sampled
from linewatch.trial import located, measured, tried

FEW = (20, 10)  # normals and anomalies of the middle regime


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
        """The row of the table that it belongs to."""
        return self.folder.name, self.regime, self.backbone.stem if self.backbone else "filters"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--backbone",
    "backbones",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An ONNX file to measure beside the filters; may be repeated. The smallest in FOLDER/backbones without.",
)
@click.option("--filters-only", is_flag=True, help="Leave backbones out.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@json_option
def evaluate_all(
    folder: Path, seeds: int, backbones: tuple[Path, ...], filters_only: bool, processes: int, as_json: bool
) -> None:
    """Evaluate every image set in a folder.

    A set has `train/` and `test/`. Each is trained with normals only, with few anomalies, and with all images. With
    --json, one JSON object a line for each training.
    """
    if not backbones and not filters_only:
        backbones = tuple(sorted((folder / "backbones").glob("*.onnx"), key=lambda path: path.stat().st_size)[:1])
    sets = sorted(
        path.parent.parent for path in folder.glob("*/train/normal") if (path.parent.parent / "test").is_dir()
    )
    if not sets:
        raise click.ClickException(f"{folder} has no set with train/normal and test")
    jobs = [job for name in sets for job in jobs_of(name, backbones, seeds)]
    start = time.perf_counter()
    results = _run(jobs, processes)
    if as_json:
        for job, figures in results:
            click.echo(json.dumps({"set": job.folder.name, "regime": job.regime, "seed": job.seed, **figures}))
        return
    Console(width=160).print(table_of(results))
    click.echo(f"{len(jobs)} trainings and tests in {(time.perf_counter() - start) / 60:.1f} minutes")


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


def measure(job: Job) -> dict[str, Any]:
    """The figures of one job."""
    train, test = labelled(job.folder / "train"), labelled(job.folder / "test")
    limited = sampled(train, job.limit_normal, job.limit_anomaly, job.seed)
    backbone = BackboneOptions(cut(job.backbone, None)) if job.backbone else None
    options = FitOptions(seed=job.seed, backbone=backbone)
    trial = tried(limited, test, options, _fitted)
    return measured(trial, located(trial, job.folder / "masks" / "test"))


def _fitted(images: Labelled, options: FitOptions) -> Training:
    return fit(images.normal, images.anomaly, options)


def _run(jobs: list[Job], processes: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Every job's figures as they come, in the order of the jobs, from some processes."""
    context = multiprocessing.get_context("spawn")
    console = Console(stderr=True)
    with ProcessPoolExecutor(processes, mp_context=context) as pool, Progress(console=console, transient=True) as bar:
        figures = zip(jobs, pool.map(measure, jobs), strict=True)
        yield from bar.track(figures, total=len(jobs), description="trainings and tests")


def table_of(results: Iterable[tuple[Job, dict[str, Any]]]) -> Table:
    """One row for each set, regime and kind of features: medians, and ranges over the seeds."""
    table = Table("set", "training", "features", "AUROC", "correct", "of", "Brier", "ECE", "pixel AUROC", "fit s", "ms")
    for (name, regime, features), group in groupby(results, key=lambda result: result[0].row):
        runs = [figures for _, figures in group]
        tested = sum(runs[0]["test"].values())
        cells = [_spread(runs, "auroc", ".3f"), _spread(runs, "correct", ".0f"), str(tested)]
        cells += [_median(runs, key, form) for key, form in (("brier", ".3f"), ("ece", ".3f"), ("pixel_auroc", ".3f"))]
        cells += [_median(runs, "fit_seconds", ".1f"), _median(runs, "ms_per_image", ".0f")]
        table.add_row(name, regime, features, *cells)
    return table


def _values(runs: list[dict[str, Any]], key: str) -> list[float]:
    return sorted(run[key] for run in runs if run[key] is not None)


def _median(runs: list[dict[str, Any]], key: str, form: str) -> str:
    values = _values(runs, key)
    return format(values[len(values) // 2], form) if values else "-"


def _spread(runs: list[dict[str, Any]], key: str, form: str) -> str:
    values = _values(runs, key)
    return f"{_median(runs, key, form)} ({format(values[0], form)} to {format(values[-1], form)})" if values else "-"
