"""`linewatch check`: whether a stage works, and what people should do."""

import json
from dataclasses import asdict

import click
from click.exceptions import Exit
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from linewatch.commands.options import json_option, target_options
from linewatch.commands.progress import echo
from linewatch.operate.check.check import checks
from linewatch.operate.check.outcome import Outcome, Status
from linewatch.stack.target import Target

_COLOURS = {Status.OK: "green", Status.WARNING: "yellow", Status.FAILED: "red", Status.SKIPPED: "dim"}


@click.command()
@click.option(
    "--wait",
    default=300,
    show_default=True,
    type=click.IntRange(min=1),
    help="Seconds to wait for the verdicts, and as many for the rows in the lake.",
)
@json_option
@target_options
def check(wait: int, as_json: bool, target: Target) -> None:
    """Check that a stage works.

    Sends two known images with a key of its own, compares their verdicts, and looks at the table, the lake, dead
    letters, alarms, subscribers, the API, the log, the account's limit and changes by hand. Exits with 1 when a check
    failed. Safe to run again and again, also in production: the project `linewatch-check` alerts nobody.
    """
    outcomes = []
    for outcome in checks(target, wait, echo):
        echo(f"{outcome.check}: {outcome.status}")
        outcomes.append(outcome)
    if as_json:
        click.echo(json.dumps([asdict(outcome) for outcome in outcomes]))
    else:
        Console().print(_table(outcomes))
    if any(outcome.status is Status.FAILED for outcome in outcomes):
        raise Exit(1)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("check", Column("", no_wrap=True), Column("what", overflow="fold"), Column("to do", overflow="fold"))
    for each in outcomes:
        status = f"[{_COLOURS[each.status]}]{each.status}[/]"
        table.add_row(each.check, status, escape(each.details), escape(each.advice))
    return table
