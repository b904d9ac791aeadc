"""`linewatch key`: make, list and revoke the keys that cameras and people call the API with."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from chalicelib.access.domain import AccessKey, Role
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import NotFound
from linewatch.commands.options import json_option
from linewatch.stack.target import Target, target_options


@click.group()
def key() -> None:
    """Create, list and revoke access keys."""


@key.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--project", required=True, help="The project that it opens.")
@click.option("--line", "lines", multiple=True, default=["*"], help="A line, or a pattern as line-*. Repeatable.")
@click.option("--camera", "cameras", multiple=True, default=["*"], help="A camera, or a pattern as cam-?. Repeatable.")
@click.option("--note", default="", help="Whose it is, for the list.")
@json_option
@target_options
def create(
    role: str, project: str, lines: Sequence[str], cameras: Sequence[str], note: str, as_json: bool, target: Target
) -> None:
    """Create a key and print its token.

    The token is stored nowhere: this is the only time that it can be read.
    """
    try:
        made, token = target.linewatch().access.issue_key(Role(role), project, lines=lines, cameras=cameras, note=note)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(_told(made) | {"token": token}) if as_json else token)
    click.echo(f"{role} key {made.grant.key_id}: {made.grant.scope}. Keep the token: it is not shown again.", err=True)


@key.command("list")
@json_option
@target_options
def list_keys(as_json: bool, target: Target) -> None:
    """List the keys, newest first, without their tokens."""
    keys = sorted(target.linewatch().access.keys.all(), key=lambda each: each.created_at, reverse=True)
    if as_json:
        click.echo(json.dumps([_told(each) for each in keys]))
    else:
        Console().print(_table(keys))


@key.command()
@click.argument("key_id")
@target_options
def revoke(key_id: str, target: Target) -> None:
    """Revoke a key; it takes effect within a minute."""
    try:
        target.linewatch().access.keys.revoke(key_id, utc_now())
    except NotFound as error:
        raise click.ClickException(f"{error}: `key list` shows those that there are") from error
    click.echo(f"{key_id} is revoked; the API's cached answers for it end within 30 s", err=True)


def _told(each: AccessKey) -> dict[str, Any]:
    grant = each.grant
    return {
        "key_id": grant.key_id,
        "role": grant.role.value,
        "project": grant.project,
        "lines": grant.lines,
        "cameras": grant.cameras,
        "note": each.note,
        "created_at": each.created_at.isoformat(),
        "revoked_at": None if each.revoked_at is None else each.revoked_at.isoformat(),
    }


def _table(keys: Sequence[AccessKey]) -> Table:
    key_id = Column("key", no_wrap=True, min_width=12)
    table = Table(key_id, "role", "opens", "note", "created", "revoked")
    for each in keys:
        grant = each.grant
        table.add_row(
            grant.key_id, grant.role, grant.scope, escape(each.note), _day(each.created_at), _day(each.revoked_at)
        )
    return table


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
