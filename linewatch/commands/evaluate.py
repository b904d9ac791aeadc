"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from linewatch.commands.options import json_option
from linewatch.commands.train import fit_options, trained, training_options
from linewatch.dataset import labelled, sampled
from linewatch.report.evidence import judged_images, test_evidence
from linewatch.report.page import page
from linewatch.report.reliability import reliability_table
from linewatch.trial import located, measured, tried


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@click.option("--normal-only", is_flag=True, help="Train without anomalies.")
@click.option("--limit-normal", type=click.IntRange(1), help="Train on this many normals, drawn by the seed.")
@click.option("--limit-anomaly", type=click.IntRange(0), help="Train on this many anomalies, drawn by the seed.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="An HTML report to write.")
@training_options
def evaluate(
    folder: Path,
    as_json: bool,
    report: Path | None,
    normal_only: bool,
    limit_normal: int | None,
    limit_anomaly: int | None,
    **options: Any,
) -> None:
    """Train and test on an image set.

    Trains on FOLDER/train, tests on FOLDER/test, and prints how good the verdicts are.
    """
    limit_anomaly = 0 if normal_only else limit_anomaly
    images = sampled(labelled(folder / "train"), limit_normal, limit_anomaly, options["seed"])
    name, trial = folder.resolve().name, tried(images, labelled(folder / "test"), fit_options(**options), trained)
    masks = folder / "masks" / "test"
    pixels = located(trial, masks)
    figures = {"set": name, **measured(trial, pixels)}
    if as_json:
        click.echo(json.dumps(figures))
    else:
        Console().print(
            _table(figures | {"pixel_best_iou": pixels.best_iou}),
            reliability_table(trial.judged.probabilities, trial.judged.truths),
        )
    if report:
        judged = judged_images(trial.test, trial.judged.probabilities, trial.judged.maps)
        report.write_bytes(page(test_evidence(name, trial.training, trial.train, judged, masks)))


def _table(figures: dict[str, Any]) -> Table:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    return table
