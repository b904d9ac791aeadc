"""`linewatch model threshold`: move a model's threshold without training it again."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from chalicelib.vision.detector import Detector
from chalicelib.vision.model_file import save
from chalicelib.vision.threshold import Expected, expected, for_escape_rate, for_false_reject_rate, moved_to
from linewatch.commands.detect import opened
from linewatch.commands.options import json_option
from linewatch.commands.output_files import write_output
from linewatch.commands.train import check_outputs

RATE = click.FloatRange(0, 1)


@click.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "probability", type=RATE, help="The anomaly probability to decide at.")
@click.option("--escape-rate", type=RATE, help="The share of anomalies that may be missed.")
@click.option("--false-reject-rate", type=RATE, help="The share of normals that may be rejected.")
@json_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the moved model.")
def threshold(
    model: Path,
    probability: float | None,
    escape_rate: float | None,
    false_reject_rate: float | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """Show what a threshold costs, or move it.

    One of the options moves it: to a probability, or to a wanted rate.
    """
    if sum(choice is not None for choice in (probability, escape_rate, false_reject_rate)) > 1:
        raise click.UsageError("give one of --to, --escape-rate and --false-reject-rate")
    check_outputs(out, None)
    detector = opened(model)
    moved = _moved(detector, probability, escape_rate, false_reject_rate)
    shown = {"now": expected(detector)} | ({} if moved is detector else {"then": expected(moved)})
    if as_json:
        click.echo(json.dumps({when: asdict(counts) for when, counts in shown.items()}))
    for when, counts in () if as_json else shown.items():
        click.echo(f"{when:<10}{_sentence(counts)}")
    if out:
        write_output(out, save(moved))


def _moved(
    detector: Detector, probability: float | None, escape_rate: float | None, false_reject_rate: float | None
) -> Detector:
    try:
        if escape_rate is not None:
            probability = for_escape_rate(detector, escape_rate)
        if false_reject_rate is not None:
            probability = for_false_reject_rate(detector, false_reject_rate)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return detector if probability is None else moved_to(detector, probability)


def _sentence(counts: Expected) -> str:
    escapes = f"{counts.escapes} of {counts.anomalies} anomalies missed" if counts.anomalies else "escapes unknown"
    rejects = f"{counts.false_rejects} of {counts.normals} normals rejected"
    return (
        f"threshold {counts.threshold:.4f}: expect {escapes}, {rejects} (training images, each judged without itself)"
    )
