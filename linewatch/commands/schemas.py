"""`linewatch develop schemas`: write the events' JSON Schemas."""

import json
from pathlib import Path

import click

from linewatch.dev.schemas import breaks, published, text_of
from linewatch.project import ROOT

FOLDER = ROOT / "schemas"


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="The folder to write to. The default is the project's schemas/.",
)
def schemas(folder: Path) -> None:
    """Write the JSON Schemas of the events.

    Writes nothing and exits with 1 when a new schema would break readers of the existing one.
    """
    new = published()
    broken = [
        f"{name}: {problem}"
        for name, schema in new.items()
        if (folder / name).exists()
        for problem in breaks(json.loads((folder / name).read_text()), schema)
    ]
    if broken:
        raise click.ClickException(
            "readers of the published schemas would break; give the event a new schema version instead:\n"
            + "\n".join(broken)
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in new.items():
        (folder / name).write_text(text_of(schema))
        click.echo(folder / name)
