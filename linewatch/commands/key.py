"""`linewatch key`: create, list and revoke the API keys of cameras and people."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from chalicelib.access.domain import AccessKey, Role, parse_token
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import NotFound
from chalicelib.core.unreadable import Unreadable
from linewatch.commands.options import json_option, target_options, warn_of_missing
from linewatch.commands.printing import folding
from linewatch.operate.operator import operator_id
from linewatch.stack.target import Target


@click.group()
def key() -> None:
    """Create, list and revoke access keys."""


@key.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--project", required=True, help="The project that the key gives access to.")
@click.option("--line", "lines", multiple=True, default=["*"], help="A line, or a pattern such as line-*. Repeatable.")
@click.option(
    "--camera", "cameras", multiple=True, default=["*"], help="A camera, or a pattern such as cam-?. Repeatable."
)
@click.option("--note", default="", help="The owner of the key, shown by `key list`.")
@click.option("--hours", type=click.FloatRange(min=0.1), help="The key expires after this time. Default: never.")
@json_option
@target_options
def create(
    role: str,
    project: str,
    note: str,
    hours: float | None,
    as_json: bool,
    target: Target,
    **scope: Sequence[str],
) -> None:
    """Create a key and print its token.

    It is shown only now. Clients of Amazon Lookout for Vision sign with the same key: --json has their two values.
    """
    lifetime = None if hours is None else timedelta(hours=hours)
    try:
        issue_key = target.linewatch().access.issue_key
        created, token = issue_key(Role(role), project, **scope, note=note, lifetime=lifetime, by=operator_id())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(_to_dict(created) | {"token": token} | _signing(token)))
    else:
        click.echo(token)
    click.echo(
        f"{role} key {created.grant.key_id}: {created.grant.scope}. Keep the token: it is not shown again.", err=True
    )
    warn_of_missing([project], target)


@key.command("list")
@json_option
@target_options
def list_keys(as_json: bool, target: Target) -> None:
    """List the keys, newest first, without their tokens."""
    stored = list(target.linewatch().access.keys.all())
    keys = sorted((key for key in stored if isinstance(key, AccessKey)), key=lambda each: each.created_at, reverse=True)
    for each in stored:
        if isinstance(each, Unreadable):
            click.echo(f"{each.name} cannot be read, so it opens nothing: {each.reason}", err=True)
    if as_json:
        click.echo(json.dumps([_to_dict(each) for each in keys]))
    else:
        Console().print(_table(keys))


@key.command()
@click.argument("key_id")
@target_options
def revoke(key_id: str, target: Target) -> None:
    """Revoke a key. It takes effect within a minute."""
    try:
        target.linewatch().access.keys.revoke(key_id, utc_now())
    except NotFound as error:
        raise click.ClickException(f"{error}: `linewatch key list` shows the existing keys") from error
    click.echo(f"{key_id} is revoked; the API may still accept it for 30 s, from its cache", err=True)


def _signing(token: str) -> dict[str, str]:
    """What a client that signs its requests is configured with."""
    key_id, secret = parse_token(token) or ("", "")
    return {"aws_access_key_id": key_id, "aws_secret_access_key": secret}


def _to_dict(each: AccessKey) -> dict[str, Any]:
    grant = each.grant
    return {
        "key_id": grant.key_id,
        "role": grant.role.value,
        "project": grant.project,
        "lines": grant.lines,
        "cameras": grant.cameras,
        "note": each.note,
        "made_by": each.made_by or None,
        "created_at": each.created_at.isoformat(),
        "revoked_at": None if each.revoked_at is None else each.revoked_at.isoformat(),
        "expires_at": None if each.expires_at is None else each.expires_at.isoformat(),
    }


def _table(keys: Sequence[AccessKey]) -> Table:
    key_id = Column("key", no_wrap=True, min_width=12)
    table = Table(key_id, *folding("role", "gives access to", "note", "created", "expires", "revoked"))
    for each in keys:
        grant = each.grant
        table.add_row(
            grant.key_id,
            grant.role,
            grant.scope,
            escape(each.note),
            *map(_day, (each.created_at, each.expires_at, each.revoked_at)),
        )
    return table


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
