"""`linewatch up`: start a local AWS and deploy Linewatch on it."""

import json
from dataclasses import asdict

import click

from chalicelib.access.domain import Role
from chalicelib.access.people import MOST_PROJECTS, Person
from chalicelib.projects.domain import Kind
from linewatch.commands.options import DEFAULT, command_line, json_option, local_option
from linewatch.commands.progress import echo
from linewatch.operate.page_link import page_address, sign_in_link, user_name
from linewatch.stack.local import LocalStack, folder_of, start


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
    click.echo(f"sign in   {sign_in_line(stack)}")


def sign_in_line(stack: LocalStack) -> str:
    """A link that opens the page as the admin of all projects, once; without projects, how to get one."""
    linewatch = stack.linewatch()
    projects = sorted(linewatch.projects.registry.of_kind(Kind.PROJECT))
    if not projects:
        return command_line("page --role admin --project PROJECT", stack)
    person = Person(user_name(), Role.ADMIN, tuple(projects[:MOST_PROJECTS]))
    return sign_in_link(stack, linewatch.access.desk.new_link(person))
