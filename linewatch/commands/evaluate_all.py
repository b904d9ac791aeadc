"""`linewatch measure sets`: every set of a folder, three regimes, several seeds, in one table."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib.models.benchmark import NORMALS, Job, Outcome, jobs_of, run_all, sets_in
from chalicelib.models.layouts import image_set
from linewatch.commands.features import default_backbone, onnx_backbone
from linewatch.commands.options import json_option
from linewatch.commands.train import size_option
from linewatch.commands.warnings import warn
from linewatch.dev import peer
from linewatch.dev.peer import PeerFigures

type Row = tuple[tuple[str, str, str], dict[str, Any]]
"""The set, the regime and the features; and the figures of one run."""


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
@size_option()
@click.option("--no-peer", is_flag=True, help="Leave PatchCore out.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@json_option
def evaluate_all(
    folder: Path,
    seeds: int,
    features: tuple[str, ...],
    backbones: tuple[Path, ...],
    size: int,
    no_peer: bool,
    processes: int,
    as_json: bool,
) -> None:
    """Evaluate every image set in a folder.

    A set has images for training and for the test, in any layout that train takes. Each is trained with normals only,
    with few anomalies, and with all images. With --json, one JSON object a line for each training. Ends with 1 when a
    training failed; the others are done.
    PatchCore stands beside, by anomalib in .peer-venv (make peer), else as it was measured last on the same set.
    """
    networks = [default_backbone() if each == "lite0" else None for each in features]
    networks += [onnx_backbone(each) for each in backbones]
    sets, others = sets_in(folder)
    warn(f"left out: {each}: it has no images in train/normal/ or train/good/, or none in test/" for each in others)
    jobs = [job for each in sets for job in jobs_of(each, networks, seeds, size)]
    failed = _measure(jobs, [] if no_peer else sets, seeds, processes, as_json)
    if failed:
        warn(f"{job.folder}, {job.regime}, seed {job.seed}: {outcome.error}" for job, outcome in failed)
        raise click.ClickException(f"{len(failed)} of {len(jobs)} trainings failed")


def _measure(
    jobs: list[Job], peers: list[Path], seeds: int, processes: int, as_json: bool
) -> list[tuple[Job, Outcome]]:
    """Print the figures, with PatchCore's on some of the sets; the jobs that failed."""
    start = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        results = bar.track(run_all(jobs, processes), total=len(jobs), description="trainings and tests")
        done = [_echoed(result) for result in results] if as_json else list(results)
        beside = [_peer_figures(folder, seeds) for folder in bar.track(peers, description="PatchCore")]
    if as_json:
        for each in filter(None, beside):
            click.echo(json.dumps({"regime": NORMALS, "features": "PatchCore", **asdict(each)}))
    else:
        warn(dict.fromkeys(line for _, outcome in done for line in _not_used(outcome.figures)))
        rows = [(job.row, outcome.figures) for job, outcome in done if not outcome.error]
        Console(width=160).print(table_of(_with_peers(rows, {each.set: each for each in beside if each})))
        click.echo(f"{len(jobs)} trainings and tests in {(time.perf_counter() - start) / 60:.1f} minutes")
    return [result for result in done if result[1].error]


def _peer_figures(folder: Path, seeds: int) -> PeerFigures | None:
    images = image_set(folder)
    train, test = images.train, images.test
    if not (train.normal and test.normal and test.anomaly):
        return None
    if not peer.can_measure():
        return peer.last_measured(folder.name, train, test)
    try:
        return peer.measure(folder.name, train, test, seeds)
    except peer.PeerFailed as error:
        warn([str(error)])
        return None


def _with_peers(rows: list[Row], peers: dict[str, PeerFigures]) -> Iterator[Row]:
    """The rows, and after those of each set the row of PatchCore on it."""
    for name, group in groupby(rows, key=lambda row: row[0][0]):
        yield from group
        if name in peers:
            each = peers[name]
            counts = {"train": {"normal": each.train, "anomaly": 0}, "test": {"images": each.test}}
            features = f"PatchCore, {each.measured}"
            for auroc in each.auroc:
                yield (name, NORMALS, features), {"auroc": auroc, "ms_per_image": each.ms, **counts}


def _not_used(figures: dict[str, Any]) -> list[str]:
    left_out = [f"left out: {path}: {reason}" for path, reason in figures.get("left_out", {}).items()]
    return [*left_out, *figures.get("mask_notes", [])]


def _echoed(result: tuple[Job, Outcome]) -> tuple[Job, Outcome]:
    job, outcome = result
    values = {"error": outcome.error} if outcome.error else outcome.figures
    click.echo(json.dumps({"set": job.folder.name, "regime": job.regime, "seed": job.seed, **values}))
    return result


def table_of(rows: Iterable[Row]) -> Table:
    """One row for each set, regime and kind of features: medians, and ranges over the seeds."""
    table = Table(
        "set", "training", "features", "AUROC", "correct", "of", "Brier", "ECE", "pixel AUROC", "spots", "fit s", "ms"
    )
    for (name, regime, features), group in groupby(rows, key=lambda row: row[0]):
        runs = [figures for _, figures in group]
        normals, anomalies = runs[0]["train"].values()
        counts = f"{normals} + {anomalies}"
        training = regime if regime == counts else f"{regime}: {counts}"
        tested = sum(runs[0]["test"].values())
        cells = [_spread(runs, "auroc", ".3f"), _spread(runs, "correct", ".0f"), str(tested)]
        cells += [_median(runs, key, form) for key, form in (("brier", ".3f"), ("ece", ".3f"), ("pixel_auroc", ".3f"))]
        cells += [_median(runs, "worst_spots", ".2f")]
        cells += [_median(runs, "fit_seconds", ".1f"), _median(runs, "ms_per_image", ".0f")]
        table.add_row(name, training, features, *cells)
    return table


def _values(runs: list[dict[str, Any]], key: str) -> list[float]:
    return sorted(run[key] for run in runs if run.get(key) is not None)


def _median(runs: list[dict[str, Any]], key: str, form: str) -> str:
    values = _values(runs, key)
    return format(values[len(values) // 2], form) if values else "-"


def _spread(runs: list[dict[str, Any]], key: str, form: str) -> str:
    values = _values(runs, key)
    return f"{_median(runs, key, form)} ({format(values[0], form)} to {format(values[-1], form)})" if values else "-"
