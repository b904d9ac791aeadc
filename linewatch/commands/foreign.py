"""`linewatch measure foreign`: which foreign images the detectors of a folder of sets call unfamiliar."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib.models.benchmark import Job, jobs_of, sets_in
from chalicelib.models.foreign_evaluation import Counts, ForeignFigures, measure_all
from linewatch.commands.features import default_backbone
from linewatch.commands.options import json_option
from linewatch.commands.printing import folding
from linewatch.commands.train import size_option
from linewatch.commands.warnings import warn
from linewatch.samples import draw

DRAWN = 4


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seeds", type=click.IntRange(1), default=1, show_default=True)
@click.option("--features", type=click.Choice(["lite0", "filters"]), default="lite0", show_default=True)
@size_option()
@click.option("--limit", type=click.IntRange(1), help="Take this many test images of each label.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@json_option
def foreign(
    folder: Path,
    seeds: int,
    features: str,
    size: int,
    limit: int | None,
    processes: int,
    as_json: bool,
) -> None:
    """Count unfamiliar images of every set in a folder.

    A set has `train/` and `test/`. Each is trained with normals only, with few anomalies, and with all images. Then
    come foreign images (black frames, other products, and so on), and its test images: as they are, and with a little
    less light, focus and so on. With --json, one JSON object a line for each training.
    """
    networks = [default_backbone() if features == "lite0" else None]
    jobs = [job for each in sets_in(folder)[0] for job in jobs_of(each, networks, seeds, size)]
    drawn = {"drawn part": [draw(1, "test", index, anomalous=False)[0] for index in range(DRAWN)]}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        results = bar.track(measure_all(jobs, drawn, limit, processes), total=len(jobs), description="trainings")
        done = [_echoed(job, figures) if as_json else (job, figures) for job, figures in results]
    failed = [f"{job.folder}, {job.regime}: {figures.error}" for job, figures in done if figures.error]
    if not as_json:
        Console(width=160).print(sets_table(done), kinds_table(done))
    if failed:
        warn(failed)
        raise click.ClickException(f"{len(failed)} of {len(jobs)} trainings failed")


def _echoed(job: Job, figures: ForeignFigures) -> tuple[Job, ForeignFigures]:
    click.echo(json.dumps({"set": job.folder.name, "regime": job.regime, "seed": job.seed, **asdict(figures)}))
    return job, figures


def sets_table(done: Iterable[tuple[Job, ForeignFigures]]) -> Table:
    """One row for each training: unfamiliar of how many, and what was missed."""
    table = Table(*folding("set", "training", "foreign caught", "normals unfamiliar", "anomalies unfamiliar", "missed"))
    for job, figures in done:
        missed = ", ".join(kind for kind, (caught, of) in figures.foreign.items() if caught < of)
        counts = (_sum(each) for each in (figures.foreign, figures.normal, figures.anomaly))
        table.add_row(job.folder.name, job.regime, *counts, missed)
    return table


def kinds_table(done: Iterable[tuple[Job, ForeignFigures]]) -> Table:
    """One row for each kind of foreign image, over all trainings."""
    table = Table(*folding("foreign image", "caught", "missed in"))
    results = [(kind, job.folder.name, *count) for job, figures in done for kind, count in figures.foreign.items()]
    for kind in dict.fromkeys(kind for kind, *_ in results):
        own = [result for result in results if result[0] == kind]
        missed = dict.fromkeys(name for _, name, caught, of in own if caught < of)
        caught, total = sum(result[2] for result in own), sum(result[3] for result in own)
        table.add_row(kind, f"{caught} of {total}", ", ".join(missed))
    return table


def _sum(counts: Counts) -> str:
    return f"{sum(count for count, _ in counts.values())} of {sum(of for _, of in counts.values())}"
