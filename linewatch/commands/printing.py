"""Print what commands answer: as a table for people, or as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from linewatch.commands.warnings import printable

type Row = Mapping[str, Any]


def show(rows: Sequence[Row], as_json: bool, *columns: str) -> None:
    """Print rows: all of their fields as JSON, or these columns as a table. Times are UTC."""
    if as_json:
        click.echo(json.dumps(list(rows), default=_plain))
        return
    table = Table(*folding(*columns))
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console().print(table)


def folding(*names: str) -> list[Column]:
    """Columns that wrap what is too long, where rich would cut it: a pipe and a narrow terminal lose nothing."""
    return [Column(name, overflow="fold") for name in names]


def confirm(message: str, row: Row, as_json: bool) -> None:
    """Say on stderr what was done; as JSON, print also what it was done to."""
    click.echo(message, err=True)
    if as_json:
        show([row], as_json)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else escape(printable(str(value)))
