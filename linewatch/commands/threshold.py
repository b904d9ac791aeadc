"""`linewatch model threshold`: move a model's threshold without training it again."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from chalicelib.vision import threshold as thresholds
from chalicelib.vision.costs import Costs
from chalicelib.vision.detector import Detector
from chalicelib.vision.model_file import save
from chalicelib.vision.threshold import Expected, expected, expected_cost, moved_to, percent
from linewatch.commands.costs import cost_options, costs_of
from linewatch.commands.detect import opened
from linewatch.commands.options import json_option
from linewatch.commands.output_files import write_output
from linewatch.commands.share import SHARE
from linewatch.commands.train import check_outputs


@click.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "probability", type=SHARE, help="The anomaly probability to decide at.")
@click.option("--escape-rate", type=SHARE, help="The share of anomalies that may be missed, with 95 % confidence.")
@click.option("--false-reject-rate", type=SHARE, help="The share of normals that may be rejected.")
@cost_options
@json_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the moved model.")
def threshold(
    model: Path,
    probability: float | None,
    escape_rate: float | None,
    false_reject_rate: float | None,
    as_json: bool,
    out: Path | None,
    **prices: float | None,
) -> None:
    """Show what a threshold of a file costs, or move it.

    One of the options moves it: to a probability, to a wanted rate, or to the least expected cost, which takes
    --escape-cost, --reject-cost and --defect-share. Each training image counts, also those that are nearly the same,
    which the sentence of `train` counts once.
    """
    costs = costs_of(**prices)
    chosen = sum(choice is not None for choice in (probability, escape_rate, false_reject_rate, costs))
    if chosen > 1:
        raise click.UsageError("give one of --to, --escape-rate, --false-reject-rate and the costs")
    if out and not chosen:
        raise click.UsageError("to write a model, say where the threshold shall be: --to, a rate or the costs")
    check_outputs(out, None)
    detector = opened(model)
    moved = _moved(detector, probability, escape_rate, false_reject_rate, costs)
    shown = {"now": detector} | ({} if moved is detector else {"then": moved})
    if as_json:
        click.echo(json.dumps({when: _values(each, costs) for when, each in shown.items()}))
    for when, each in () if as_json else shown.items():
        click.echo(f"{when:<10}{_sentence(expected(each))}{_cost(each, costs)}")
    if out:
        write_output(out, save(moved))
        click.echo(f"wrote {out}", err=True)
    elif moved is not detector:
        click.echo("nothing is written: name a file with --out to keep this threshold", err=True)


def _moved(
    detector: Detector,
    probability: float | None,
    escape_rate: float | None,
    false_reject_rate: float | None,
    costs: Costs | None,
) -> Detector:
    try:
        if escape_rate is not None:
            probability = thresholds.for_escape_rate(detector, escape_rate)
        if false_reject_rate is not None:
            probability = thresholds.for_false_reject_rate(detector, false_reject_rate)
        if costs is not None:
            probability = thresholds.for_costs(detector, costs)
    except thresholds.CannotShow as error:
        raise click.ClickException(str(error)) from error
    return detector if probability is None else moved_to(detector, probability)


def _values(detector: Detector, costs: Costs | None) -> dict[str, float]:
    cost = {"cost_per_1000": expected_cost(detector, detector.threshold, costs)} if costs else {}
    return asdict(expected(detector)) | cost


def _cost(detector: Detector, costs: Costs | None) -> str:
    return f"; cost {expected_cost(detector, detector.threshold, costs):,.2f} per 1,000 parts" if costs else ""


def _sentence(counts: Expected) -> str:
    escapes = "escapes unknown"
    if counts.anomalies:
        escapes = f"{counts.escapes} of {counts.anomalies} anomalies missed (at most {percent(counts.escape_bound)})"
    rejects = f"{counts.false_rejects} of {counts.normals} normals rejected"
    return (
        f"threshold {counts.threshold:.4f}: expect {escapes}, {rejects}"
        f" (at most {percent(counts.false_reject_bound)}; training images, each judged without itself)"
    )
