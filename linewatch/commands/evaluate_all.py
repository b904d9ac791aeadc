"""`linewatch measure sets`: every set of a folder, three regimes, several seeds, in one table."""

import json
import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib.models.benchmark import Job, Outcome, jobs_of, run_all, sets_in
from linewatch.commands.features import default_backbone, onnx_backbone
from linewatch.commands.options import json_option
from linewatch.commands.warnings import warn


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--features",
    multiple=True,
    type=click.Choice(["lite0", "filters"]),
    default=["lite0"],
    show_default=True,
    help="Features to measure; may be repeated.",
)
@click.option(
    "--backbone",
    "backbones",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An ONNX file to measure too; may be repeated.",
)
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@json_option
def evaluate_all(
    folder: Path, seeds: int, features: tuple[str, ...], backbones: tuple[Path, ...], processes: int, as_json: bool
) -> None:
    """Evaluate every image set in a folder.

    A set has images for training and for the test, in any layout that train takes. Each is trained with normals only,
    with few anomalies, and with all images. With --json, one JSON object a line for each training. Ends with 1 when a
    training failed; the others are done.
    """
    networks = [default_backbone() if each == "lite0" else None for each in features]
    networks += [onnx_backbone(each) for each in backbones]
    sets, others = sets_in(folder)
    warn(f"left out: {each}: it has no images in train/normal/ or train/good/, or none in test/" for each in others)
    jobs = [job for each in sets for job in jobs_of(each, networks, seeds)]
    failed = _measure(jobs, processes, as_json)
    if failed:
        warn(f"{job.folder}, {job.regime}, seed {job.seed}: {outcome.error}" for job, outcome in failed)
        raise click.ClickException(f"{len(failed)} of {len(jobs)} trainings failed")


def _measure(jobs: list[Job], processes: int, as_json: bool) -> list[tuple[Job, Outcome]]:
    """Print the figures; the jobs that failed."""
    start = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        results = bar.track(run_all(jobs, processes), total=len(jobs), description="trainings and tests")
        if as_json:
            return [result for result in map(_echoed, results) if result[1].error]
        done = list(results)
    warn(dict.fromkeys(line for _, outcome in done for line in _not_used(outcome.figures)))
    Console(width=160).print(table_of((job, outcome.figures) for job, outcome in done if not outcome.error))
    click.echo(f"{len(jobs)} trainings and tests in {(time.perf_counter() - start) / 60:.1f} minutes")
    return [result for result in done if result[1].error]


def _not_used(figures: dict[str, Any]) -> list[str]:
    left_out = [f"left out: {path}: {reason}" for path, reason in figures.get("left_out", {}).items()]
    return [*left_out, *figures.get("mask_notes", [])]


def _echoed(result: tuple[Job, Outcome]) -> tuple[Job, Outcome]:
    job, outcome = result
    values = {"error": outcome.error} if outcome.error else outcome.figures
    click.echo(json.dumps({"set": job.folder.name, "regime": job.regime, "seed": job.seed, **values}))
    return result


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
