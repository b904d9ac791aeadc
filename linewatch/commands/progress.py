"""How commands tell what they are doing: one line each, on stderr."""

import click


def tell(message: str) -> None:
    """One step."""
    click.secho(message, err=True, dim=True)
