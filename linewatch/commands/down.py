"""`linewatch down`: stop the local AWS."""

import click

from linewatch.stack.local import folder_of, stop


@click.command()
@click.option("--name", default="local", show_default=True)
def down(name: str) -> None:
    """Stop the local AWS in order: it keeps its state for the next `up`, and the functions' log beside it."""
    if stop(name):
        click.echo(f"stopped; state and logs are in {folder_of(name)}")
    else:
        click.echo(f"no local stack {name!r} is running")
