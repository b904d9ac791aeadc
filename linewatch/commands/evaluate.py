"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chalicelib.models import evaluation as models
from chalicelib.models.dataset import Labelled, sampled
from chalicelib.models.evaluation import Evaluation, PixelFigures, figures, pixel_figures
from chalicelib.models.kinds import kinds
from chalicelib.models.kinds_csv import kinds_from_csv
from chalicelib.models.layouts import image_set
from chalicelib.models.left_out import first_names
from chalicelib.models.names import name_in_set
from chalicelib.models.training import training_warnings
from chalicelib.models.unseen_kinds import UnseenKind, shared_kinds
from chalicelib.models.unseen_kinds import leave_kinds_out as each_kind_left_out
from chalicelib.reports.training.data_warnings import doubts
from chalicelib.reports.training.evidence import Evidence, labelled_predictions, test_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.options import json_option
from linewatch.commands.output_files import write_output
from linewatch.commands.printing import folding
from linewatch.commands.reliability_table import reliability_table
from linewatch.commands.train import IMAGES, check_outputs, shown_progress, size_option, train_options, training_options
from linewatch.commands.warnings import warn, warn_left_out


@click.command()
@click.argument("folder", type=IMAGES)
@json_option
@click.option("--normal-only", is_flag=True, help="Train without anomalies.")
@click.option("--limit-normal", type=click.IntRange(1), help="Train on this many normals, drawn by the seed.")
@click.option("--limit-anomaly", type=click.IntRange(0), help="Train on this many anomalies, drawn by the seed.")
@click.option("--leave-kinds-out", is_flag=True, help="Also train without each kind of defect, and test on that kind.")
@click.option(
    "--kinds",
    "kinds_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of kinds with the columns image and kind. Without it, folders or file names say the kinds.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="An HTML report to write.")
@training_options
@size_option()
def evaluate(
    folder: Path,
    as_json: bool,
    report: Path | None,
    normal_only: bool,
    limit_normal: int | None,
    limit_anomaly: int | None,
    leave_kinds_out: bool,
    kinds_file: Path | None,
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
    train, test = sampled(images.train, limit_normal, limit_anomaly, options["seed"]), images.test
    kind_of = _shared_kinds(train, test, kinds_file) if leave_kinds_out else {}
    evaluation = _evaluated(train, test, chosen)
    with shown_progress() as progress:
        unseen = each_kind_left_out(evaluation, chosen, kind_of, progress)
    found = evaluation.predictions
    shown = labelled_predictions(evaluation.test, found.probabilities, found.maps, found.unfamiliar)
    pixels = pixel_figures(evaluation.test, found.maps)
    trained, masks = evaluation.trained, evaluation.test.masks
    evidence = test_evidence(images.name, trained.training, trained.images, shown, masks, evaluation.left_out)
    evidence = replace(evidence, unseen_kinds=unseen)
    _print(evidence, evaluation, pixels, as_json)
    if report:
        write_output(report, page(evidence))


def _shared_kinds(train: Labelled, test: Labelled, file: Path | None) -> dict[Path, str]:
    """The kind of each anomaly. Raises `BadKinds`, and `click.ClickException` when training and test share none."""
    paths = (*train.anomaly.paths, *test.anomaly.paths)
    kind_of = kinds_from_csv(file, paths) if file else {**kinds(paths), **train.kinds, **test.kinds}
    if not shared_kinds(train, test, kind_of):
        raise click.ClickException(
            "no kind of defect is in train/ and in test/: use folders below anomaly/, words in file names, or --kinds"
        )
    return kind_of


def _evaluated(train: Labelled, test: Labelled, options: TrainOptions) -> Evaluation:
    with shown_progress() as progress:
        evaluation = models.evaluate(train, test, options, progress)
    warn_left_out(evaluation.left_out)
    warn(training_warnings(evaluation.trained))
    return evaluation


def _print(evidence: Evidence, evaluation: Evaluation, pixels: PixelFigures, as_json: bool) -> None:
    warn([*pixels.notes, *doubts(evidence)])
    if again := evidence.trained_on:
        names = ", ".join(first_names(list(map(name_in_set, again))))
        warn([f"{len(again)} test images are training images too, so they prove nothing: {names}"])
    conclusion, unseen = evidence.conclusion, evidence.unseen_kinds
    measured = {"set": evidence.name, **figures(evaluation, pixels)}
    if as_json:
        measured |= {"fitness": conclusion.fitness.name.lower(), "conclusion": conclusion.sentence}
        measured |= {"unseen_kinds": [asdict(each) for each in unseen]} if unseen else {}
        click.echo(json.dumps(measured))
        return
    predictions = evaluation.predictions
    tables = [_table(measured | {"pixel_best_iou": pixels.best_iou})]
    tables += [reliability_table(predictions.probabilities, predictions.truths)]
    tables += [_unseen_table(unseen)] if unseen else []
    Console().print(*tables)
    click.echo(conclusion.sentence)


def _unseen_table(unseen: Sequence[UnseenKind]) -> Table:
    columns = ("kind left out", "tested", "found with it", "without it", "false rejects with", "without", "of")
    table = Table(*folding(*columns), title="kinds of defects that were not in training", title_justify="left")
    for each in unseen:
        counts = (each.tested, each.found_with, each.found_without, each.false_rejects_with, each.false_rejects_without)
        table.add_row(each.kind, *map(str, (*counts, each.normals)))
    return table


def _table(figures: dict[str, Any]) -> Table:
    table = Table(*folding("figure", "value"))
    for name, value in figures.items():
        if name in {"left_out", "mask_notes"}:  # they are warnings on stderr
            continue
        table.add_row(name, _in_words(value))
    return table


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {label}" for label, count in value.items())
    return f"{value:.4g}" if isinstance(value, float) else "not known" if value is None else str(value)
