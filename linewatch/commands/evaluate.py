"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chalicelib.models import evaluation as models
from chalicelib.models.dataset import Labelled, sampled
from chalicelib.models.evaluation import Evaluation, figures, pixel_figures
from chalicelib.models.layouts import image_set
from chalicelib.models.training import training_warnings
from chalicelib.reports.training.evidence import labelled_predictions, test_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.options import json_option
from linewatch.commands.output_files import write_output
from linewatch.commands.reliability_table import reliability_table
from linewatch.commands.train import IMAGES, check_outputs, shown_progress, train_options, training_options
from linewatch.commands.warnings import warn, warn_left_out


@click.command()
@click.argument("folder", type=IMAGES)
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

    Trains on FOLDER/train, tests on FOLDER/test, and prints how good the verdicts are. FOLDER may have any layout that
    train takes, if it says what is for the test. What of it is not used is named in warnings, and with --json as
    `left_out` and `mask_notes`.
    """
    chosen = train_options(**options)
    check_outputs(None, report)
    limit_anomaly = 0 if normal_only else limit_anomaly
    images = image_set(folder)
    learned = sampled(images.train, limit_normal, limit_anomaly, options["seed"])
    evaluation = _evaluated(learned, images.test, chosen)
    name, predictions = images.name, evaluation.predictions
    pixels = pixel_figures(evaluation)
    warn(pixels.notes)
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
        trained, masks = evaluation.trained, evaluation.test.masks
        write_output(
            report,
            page(test_evidence(name, trained.training, trained.images, labelled_ones, masks, evaluation.left_out)),
        )


def _evaluated(train: Labelled, test: Labelled, options: TrainOptions) -> Evaluation:
    with shown_progress() as progress:
        evaluation = models.evaluate(train, test, options, progress)
    warn_left_out(evaluation.left_out)
    warn(training_warnings(evaluation.trained))
    return evaluation


def _table(figures: dict[str, Any]) -> Table:
    table = Table("figure", "value")
    for name, value in figures.items():
        if name in {"left_out", "mask_notes"}:  # they are warnings on stderr
            continue
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    return table
