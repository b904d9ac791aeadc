"""`linewatch measure cost`: compute what a stage costs."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from linewatch.commands.options import json_option
from linewatch.cost.estimate import estimate
from linewatch.cost.page import filled
from linewatch.stack.libraries import local_platform
from linewatch.stack.package import package
from linewatch.stack.settings import assignments, complete


@click.command()
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the template; repeatable.")
@click.option(
    "--write",
    "page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also write the computed tables into this page.",
)
@json_option
def cost(settings: tuple[str, ...], page: Path | None, as_json: bool) -> None:
    """Compute what a stage costs, at rest and by images.

    At rest from the template, by images from the requests that `measure bench --keep` counted. Prices of us-east-1.
    """
    template = package(local_platform()).template
    estimated = estimate(template, complete(template["Parameters"], assignments(settings)))
    if page is not None:
        page.write_text(filled(page.read_text(), template))
    if as_json:
        click.echo(json.dumps(asdict(estimated), indent=1))
        return
    for row in estimated.rows:
        click.echo(f"{row.usd:8.2f} USD a month  {row.number:,} {row.what}")
    click.echo(f"{estimated.a_month:8.2f} USD a month  together")
    click.echo(f"{estimated.a_million_images:8.2f} USD a million images, with batch URLs and full batches")
