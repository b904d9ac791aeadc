"""`linewatch audit`: compare the bucket, the table and the lake, and send missing items again."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click
from click.exceptions import Exit
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib.core.clock import utc_now
from chalicelib.recovery.domain import Compared, Missing, days_between, nightly_days
from linewatch.commands.options import json_option, target_options
from linewatch.stack.target import Target

SHOWN = 20
"""How many missing items are printed; --json prints all."""


@click.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="First day of capture (UTC). Without --until: up to today."
)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of capture (UTC). Without --since: only this day."
)
@click.option("--repair/--dry-run", default=False, help="Send missing items again, or only list them (the default).")
@json_option
@target_options
def audit(since: datetime | None, until: datetime | None, repair: bool, as_json: bool, target: Target) -> None:
    """Compare the bucket, the table and the lake.

    Exits with 1 when something is missing. Without --since and --until, compares the same days as the nightly run:
    the last few days, and some days of the past month.
    """
    days = _days(since, until, utc_now().date())
    pieces = list(_with_progress(target.linewatch().recovery.reconciliation.compare(days, repair=repair)))
    missing = [each for piece in pieces for each in piece.missing]
    counts = _counts(pieces)
    if as_json:
        click.echo(json.dumps(counts | {"repaired": repair, "missing": [_to_dict(each) for each in missing]}))
    else:
        _print(counts, missing, repair)
    if missing:
        raise Exit(1)


def _days(since: datetime | None, until: datetime | None, today: date) -> list[date]:
    if since is None and until is None:
        return nightly_days(today)
    last = until.date() if until is not None else today
    first = since.date() if since is not None else last
    if first > last:
        raise click.UsageError(f"--since {first} is after {last}")
    return days_between(first, last)


def _with_progress(pieces: Iterable[Compared]) -> Iterable[Compared]:
    """The same items, while a line on the terminal shows the progress."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("comparing")
        for piece in pieces:
            progress.update(task, description=f"{piece.things} of {piece.day or 'no day'}")
            yield piece


def _counts(pieces: Iterable[Compared]) -> dict[str, Any]:
    counts: Counter[str] = Counter(images=0, inspections=0, rows=0, waiting=0)
    for piece in pieces:
        counts.update({piece.things: piece.count, "waiting": piece.waiting})
    return dict(counts)


def _to_dict(each: Missing) -> dict[str, Any]:
    return asdict(each) | {"since": each.since.isoformat()}


def _print(counts: dict[str, Any], missing: list[Missing], repair: bool) -> None:
    for things, count in counts.items():
        click.echo(f"{count:>9}  {'images may still be in the queue' if things == 'waiting' else f'{things} compared'}")
    done = "sent again where possible" if repair else "nothing was sent again: use --repair"
    click.echo(f"{len(missing):>9}  missing" + (f" ({done})" if missing else ": bucket, table and lake agree"))
    for each in missing[:SHOWN]:
        click.echo(f"  no {each.gap}  {each.inspection_id}  {each.where}  {each.since:%Y-%m-%d %H:%M:%S}")
    if len(missing) > SHOWN:
        click.echo(f"  and {len(missing) - SHOWN} more: --json lists all", err=True)
