"""`linewatch up`: start a local AWS and deploy Linewatch on it."""

import json
from dataclasses import asdict

import click

from linewatch.commands.options import DEFAULT, json_option, local_option
from linewatch.commands.progress import echo
from linewatch.stack.local import folder_of, start


@click.command()
@local_option(DEFAULT, "several can run at a time")
@click.option("--fresh", is_flag=True, help="Delete its images, models, keys and verdicts first, and begin anew.")
@json_option
def up(name: str, fresh: bool, as_json: bool) -> None:
    """Start a local AWS with Linewatch on it.

    It starts with its last state and runs until `down` stops it. If it was killed, nothing that it confirmed is lost;
    what was on its way is found and sent again.
    """
    stack = start(name, "local", echo, fresh=fresh)
    if as_json:
        click.echo(json.dumps(asdict(stack) | {"bucket": stack.bucket, "logs": str(folder_of(name))}))
        return
    click.echo(f"API       {stack.api_url}")
    click.echo(f"AWS       {stack.endpoint_url} (account {stack.account}, region {stack.region})")
    click.echo(f"bucket    {stack.bucket}")
    click.echo(f"logs      {folder_of(name)}")
