"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chalicelib.core.errors import LinewatchError
from chalicelib.models import evaluation as models
from chalicelib.models.dataset import Labelled, labelled, sampled
from chalicelib.models.evaluation import Evaluation, figures, pixel_figures
from chalicelib.reports.training.evidence import labelled_predictions, test_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.options import json_option
from linewatch.commands.reliability_table import reliability_table
from linewatch.commands.train import (
    show_warnings,
    shown_progress,
    train_options,
    training_options,
)


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
    evaluation = _evaluated(images, labelled(folder / "test"), train_options(**options))
    name, masks, predictions = folder.resolve().name, folder / "masks" / "test", evaluation.predictions
    pixels = pixel_figures(evaluation, masks)
    measured = {"set": name, **figures(evaluation, pixels)}
    if as_json:
        click.echo(json.dumps(measured))
    else:
        Console().print(
            _table(measured | {"pixel_best_iou": pixels.best_iou}),
            reliability_table(predictions.probabilities, predictions.truths),
        )
    if report:
        labelled_ones = labelled_predictions(evaluation.test, predictions.probabilities, predictions.maps)
        report.write_bytes(page(test_evidence(name, evaluation.training, evaluation.train, labelled_ones, masks)))


def _evaluated(train: Labelled, test: Labelled, options: TrainOptions) -> Evaluation:
    try:
        with shown_progress() as progress:
            evaluation = models.evaluate(train, test, options, progress)
    except (LinewatchError, Undecodable) as error:
        raise click.ClickException(str(error)) from error
    show_warnings(evaluation.train, evaluation.training)
    return evaluation


def _table(figures: dict[str, Any]) -> Table:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    return table
