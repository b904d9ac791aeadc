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
    help="Where to write; by default the project's schemas/.",
)
def schemas(folder: Path) -> None:
    """Write the JSON Schemas of the events.

    Refuses, and writes nothing, when a schema would break readers of the one that is there.
    """
    new = published()
    broken = [
        f"{name}: {fault}"
        for name, schema in new.items()
        if (folder / name).exists()
        for fault in breaks(json.loads((folder / name).read_text()), schema)
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
