"""`linewatch measure replay`: how fast two versions are compared on stored images."""

import json
import os

import click
from rich.console import Console
from rich.table import Column, Table

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import echo
from linewatch.dev.bench.comparison import comparison
from linewatch.dev.bench.fixture import start_fixture


@click.command()
@json_option
@click.option("--images", type=click.IntRange(min=40), default=400, show_default=True)
@local_option("replay")
def replay(as_json: bool, images: int, name: str) -> None:
    """Measure a comparison of two versions on the local stack.

    The line inspects the images first, so the hosted version's verdicts are known, as for the images of the last days.
    The other version judges each once. A stage on AWS has a core for each worker; this machine has what it has.
    """
    before = os.getloadavg()[0]
    with start_fixture(name, echo) as fixture:
        echo(f"comparing two versions on {images} images")
        figures = comparison(fixture, images).details()
    figures |= {"cores": os.cpu_count(), "load_before": before, "load_after": os.getloadavg()[0]}
    if as_json:
        click.echo(json.dumps(figures, indent=1))
        return
    table = Table("figure", Column("value", justify="right"))
    for name_of, value in figures.items():
        table.add_row(name_of.replace("_", " "), f"{value:.3f}" if isinstance(value, float) else str(value))
    Console().print(table)
