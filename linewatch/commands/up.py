"""`linewatch up`: the local AWS with Linewatch deployed on it."""

import click

from linewatch.commands.progress import tell
from linewatch.stack.local import folder_of, start


@click.command()
@click.option("--name", default="local", show_default=True, help="Several stacks run side by side, each under a name.")
@click.option("--stage", default="local", show_default=True)
def up(name: str, stage: str) -> None:
    """Start the local AWS with what it kept, deploy the app and leave it running; `down` stops it."""
    stack = start(name, stage, tell)
    click.echo(f"API       {stack.api_url}")
    click.echo(f"AWS       {stack.endpoint_url} (account {stack.account}, region {stack.region})")
    click.echo(f"bucket    {stack.bucket}")
    click.echo(f"logs      {folder_of(name)}")
