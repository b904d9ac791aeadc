"""`linewatch up`: start a local AWS and deploy Linewatch on it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import click

from chalicelib.access.domain import Role
from chalicelib.projects.domain import Kind
from linewatch.commands.options import DEFAULT, command_line, json_option, local_option
from linewatch.commands.progress import echo
from linewatch.operate.page_link import page_address, sign_in_link
from linewatch.stack.local import LocalStack, folder_of, start

SIGNED_IN = timedelta(hours=12)
"""How long the key of a link is valid: a working day."""
MOST_LINKS = 5


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
    click.echo(f"page      {page_address(stack)}")
    click.echo(f"AWS       {stack.endpoint_url} (account {stack.account}, region {stack.region})")
    click.echo(f"bucket    {stack.bucket}")
    click.echo(f"logs      {folder_of(name)}")
    for line in sign_in_lines(stack):
        click.echo(f"sign in   {line}")


def sign_in_lines(stack: LocalStack) -> Iterator[str]:
    """A link for each of the first projects, which opens the page as its admin; without projects, how to get one."""
    linewatch = stack.linewatch()
    projects = sorted(linewatch.projects.registry.of_kind(Kind.PROJECT))
    for project in projects[:MOST_LINKS]:
        _, token = linewatch.access.issue_key(Role.ADMIN, project, note="sign-in link of up", lifetime=SIGNED_IN)
        yield f"{project}: {sign_in_link(stack, token)}"
    if len(projects) != 1:
        yield command_line("key create --role admin --project PROJECT --hours 12 --link", stack)
