"""`measure vision`: the time of each step of an inspection, on this machine."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chalicelib.models.dataset import sampled
from chalicelib.models.layouts import image_set
from linewatch.commands.options import json_option
from linewatch.commands.train import IMAGES, shown_progress, size_option, train_options, training_options
from linewatch.dev.bench.vision import time_inspection
from linewatch.samples.files import UNSEEN, samples
from linewatch.stack.local import STACKS


@click.command()
@click.option(
    "--images",
    "folder",
    type=IMAGES,
    help="A folder to train on, as for train; drawn images without.",
)
@json_option
@training_options
@size_option()
def vision(folder: Path | None, as_json: bool, **options: Any) -> None:
    """Time each step of an inspection on one core.

    Trains a detector first. Prints milliseconds, the least of 15 runs.
    """
    source = folder or samples(STACKS / "samples", UNSEEN)
    images = sampled(image_set(source).train, None, None, options["seed"])
    with shown_progress() as progress:
        figures = time_inspection(images, train_options(**options), progress)
    if as_json:
        click.echo(json.dumps(figures))
        return
    table = Table("step", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}")
    Console().print(table)
