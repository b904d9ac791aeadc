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

from chalicelib.core.errors import LinewatchError
from chalicelib.models.benchmark import Job, jobs_in, run_all, smallest_backbone
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.features.backbone import BackboneError
from linewatch.commands.options import json_option


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
        backbones = smallest_backbone(folder)
    try:
        _measure(jobs_in(folder, backbones, seeds), processes, as_json)
    except (LinewatchError, BackboneError, Undecodable) as error:
        raise click.ClickException(str(error)) from error


def _measure(jobs: list[Job], processes: int, as_json: bool) -> None:
    start = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        results = bar.track(run_all(jobs, processes), total=len(jobs), description="trainings and tests")
        if as_json:
            for job, figures in results:
                click.echo(json.dumps({"set": job.folder.name, "regime": job.regime, "seed": job.seed, **figures}))
            return
        table = table_of(results)
    Console(width=160).print(table)
    click.echo(f"{len(jobs)} trainings and tests in {(time.perf_counter() - start) / 60:.1f} minutes")


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
