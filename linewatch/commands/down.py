"""`linewatch down`: stop the local AWS."""

import click

from linewatch.commands.options import local_option
from linewatch.commands.progress import echo
from linewatch.stack.local import folder_of, stop


@click.command()
@local_option("local", "see `up`")
def down(name: str) -> None:
    """Stop the local AWS and keep its state.

    The next `up` continues with this state. The functions' log is saved next to it.
    """
    if stop(name, echo):
        click.echo(f"stopped; state and logs are in {folder_of(name)}")
    else:
        click.echo(f"no local stack {name!r} is running")
