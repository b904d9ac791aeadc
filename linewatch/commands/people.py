"""`linewatch page` and `linewatch people`: sign-in links, and who may sign in."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from chalicelib.access.domain import PEOPLE, Role
from chalicelib.access.people import EMAIL, Person
from chalicelib.core.errors import LinewatchError
from chalicelib.people.domain import Member
from linewatch.commands.options import json_option, target_options, warn_of_missing
from linewatch.commands.printing import Row, confirm, show
from linewatch.operate.page_link import page_address, sign_in_link, user_name
from linewatch.stack.target import Target

ROLE = click.Choice([role.value for role in Role if role in PEOPLE])
COLUMNS = ("name", "role", "projects", "standing", "since")


def _projects_option(*, required: bool) -> Callable[..., Any]:
    return click.option("--project", "projects", multiple=True, required=required, help="A project. Repeatable.")


class _Email(click.ParamType[str]):
    """An e-mail address, in lower case as the pool has it."""

    name = "e-mail"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        import re

        if not re.fullmatch(EMAIL, value) or len(value) > 254:
            self.fail("give an e-mail address", param, ctx)
        return value.lower()


EMAIL_ADDRESS = _Email()


@click.command()
@click.option("--role", type=ROLE, default=Role.OPERATOR.value, show_default=True)
@_projects_option(required=True)
@click.option("--person", default=user_name, help="Who signs in; their answers have this name. Default: you.")
@target_options
def page(role: str, projects: Sequence[str], person: str, target: Target) -> None:
    """Print a link that opens the page, once.

    Whoever opens it first within 15 minutes is signed in for 12 hours, with this role in these projects.
    """
    click.echo(sign_in_link(target, target.linewatch().access.desk.new_link(_person(person, role, projects))))
    click.echo("it signs in once, within 15 minutes: send it as you would send a password", err=True)
    warn_of_missing(projects, target)


@click.group()
def people() -> None:
    """Invite people to the page, change or remove them."""


@people.command("list")
@json_option
@target_options
def list_people(as_json: bool, target: Target) -> None:
    """List who may sign in, to what, and who has done so."""
    members, unreadable = target.linewatch().people.desk.everybody(None)
    for each in unreadable:
        click.echo(f"{each.name} cannot be read, so nobody signs in with it: {each.reason}", err=True)
    show([_row(each) for each in members], as_json, *COLUMNS)


@people.command()
@click.argument("name", type=EMAIL_ADDRESS)
@click.option("--role", type=ROLE, required=True)
@_projects_option(required=True)
@json_option
@target_options
def invite(name: str, role: str, projects: Sequence[str], as_json: bool, target: Target) -> None:
    """Send an invitation, or send it again.

    The mail has a first password, which is valid for 7 days. The page's address is printed here.
    """
    member = _tried(lambda: target.linewatch().people.desk.invite(_person(name, role, projects), None))
    confirm(f"{name} is invited; give them the address: {page_address(target)}", _row(member), as_json)
    warn_of_missing(projects, target)


@people.command()
@click.argument("name", type=EMAIL_ADDRESS)
@click.option("--role", type=ROLE)
@_projects_option(required=False)
@json_option
@target_options
def change(name: str, role: str | None, projects: Sequence[str], as_json: bool, target: Target) -> None:
    """Change role or projects. The person signs in again."""
    new = {"role": Role(role) if role else None, "projects": tuple(projects) or None}
    member = _tried(lambda: target.linewatch().people.desk.change(name, None, **new))  # type: ignore[arg-type]
    confirm(f"{name} is {member.person.role} of {', '.join(member.person.projects)}", _row(member), as_json)
    warn_of_missing(projects, target)


@people.command()
@click.argument("name", type=EMAIL_ADDRESS)
@target_options
def disable(name: str, target: Target) -> None:
    """Keep a person from signing in, and sign them out at once."""
    _tried(lambda: target.linewatch().people.desk.change(name, None, enabled=False))
    click.echo(f"{name} is signed out and may not sign in", err=True)


@people.command()
@click.argument("name", type=EMAIL_ADDRESS)
@target_options
def enable(name: str, target: Target) -> None:
    """Let a person sign in again."""
    _tried(lambda: target.linewatch().people.desk.change(name, None, enabled=True))
    click.echo(f"{name} may sign in", err=True)


@people.command()
@click.argument("name", type=EMAIL_ADDRESS)
@target_options
def remove(name: str, target: Target) -> None:
    """Remove a person, and sign them out at once. Their answers keep their name."""
    _tried(lambda: target.linewatch().people.desk.remove(name, None))
    click.echo(f"{name} is removed and signed out", err=True)


def _person(name: str, role: str, projects: Sequence[str]) -> Person:
    try:
        return Person(name, Role(role), tuple(dict.fromkeys(projects)))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _tried[T](action: Callable[[], T]) -> T:
    try:
        return action()
    except LinewatchError as error:
        raise click.ClickException(str(error)) from error


def _row(member: Member) -> Row:
    person = member.person
    return {
        "name": person.name,
        "role": person.role.value,
        "projects": " ".join(person.projects),
        "standing": member.standing.value,
        "since": member.since,
    }
