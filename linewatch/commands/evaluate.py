"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chalicelib.models import evaluation as models
from chalicelib.models.dataset import Labelled, beside_splits, labelled, masks_folder, sampled, subfolder
from chalicelib.models.evaluation import Evaluation, figures, pixel_figures
from chalicelib.models.training import training_warnings
from chalicelib.reports.training.conclusion import conclude
from chalicelib.reports.training.evidence import labelled_predictions, test_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.options import json_option
from linewatch.commands.output_files import write_output
from linewatch.commands.reliability_table import reliability_table
from linewatch.commands.train import check_outputs, shown_progress, train_options, training_options
from linewatch.commands.warnings import warn, warn_left_out


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

    Trains on FOLDER/train, tests on FOLDER/test, and prints how good the verdicts are. What of FOLDER is not used is
    named in warnings, and with --json as `left_out` and `mask_notes`.
    """
    chosen = train_options(**options)
    check_outputs(None, report)
    limit_anomaly = 0 if normal_only else limit_anomaly
    images = sampled(labelled(subfolder(folder, "train")), limit_normal, limit_anomaly, options["seed"])
    images = replace(images, left_out=beside_splits(folder) | dict(images.left_out))
    evaluation = _evaluated(images, labelled(subfolder(folder, "test")), chosen)
    name, masks, predictions = folder.resolve().name, masks_folder(folder, "test"), evaluation.predictions
    pixels = pixel_figures(evaluation, masks)
    warn(pixels.notes)
    trained = evaluation.trained
    shown = labelled_predictions(evaluation.test, predictions.probabilities, predictions.maps)
    conclusion = conclude(shown, trained.detector.threshold, len(trained.images.anomaly))
    measured = {"set": name, **figures(evaluation, pixels)}
    if as_json:
        said = {"fitness": conclusion.fitness.name.lower(), "conclusion": conclusion.sentence}
        click.echo(json.dumps(measured | said))
    else:
        Console().print(
            _table(measured | {"pixel_best_iou": pixels.best_iou}),
            reliability_table(predictions.probabilities, predictions.truths),
        )
        click.echo(conclusion.sentence)
    if report:
        evidence = test_evidence(name, trained.training, trained.images, shown, masks, evaluation.left_out)
        write_output(report, page(evidence))


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
