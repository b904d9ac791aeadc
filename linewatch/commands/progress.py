"""Progress messages of commands, on stderr."""

import click


def echo(message: str) -> None:
    """Print one line."""
    click.secho(message, err=True, dim=True)
