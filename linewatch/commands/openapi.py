"""`linewatch develop openapi`: write the OpenAPI document of the API."""

from pathlib import Path

import click

from linewatch.dev.openapi.document import text_of
from linewatch.dev.openapi.sources import project_document
from linewatch.project import ROOT


@click.command()
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "schemas" / "openapi.json",
    help="The file to write. The default is the project's schemas/openapi.json.",
)
def openapi(target: Path) -> None:
    """Write the OpenAPI document of the API."""
    target.write_text(text_of(project_document()), encoding="utf-8")
    click.echo(target)
