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
from chalicelib.recovery.domain import Acknowledgement, Compared, Missing, days_between, nightly_days
from linewatch.commands.options import json_option, target_options
from linewatch.operate.operator import this_user
from linewatch.stack.target import Target

_TEXTS = {"waiting": "images may still be in the queue", "acknowledged": "missing, and acknowledged"}
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
@click.option(
    "--acknowledge",
    multiple=True,
    metavar="ID",
    help="Say that what is missing of this inspection will not come back. Repeatable; needs --reason.",
)
@click.option("--reason", help="Why it will not come back; kept.")
@json_option
@target_options
def audit(
    since: datetime | None,
    until: datetime | None,
    repair: bool,
    acknowledge: tuple[str, ...],
    reason: str | None,
    as_json: bool,
    target: Target,
) -> None:
    """Compare the bucket, the table and the lake.

    Exits with 1 when something is missing or cannot be read. What is missing and was acknowledged is counted apart and
    raises no alarm. Without --since and --until, compares the same days as the nightly run:
    the last few days, and some days of the past month.
    """
    if bool(acknowledge) != bool(reason):
        raise click.UsageError("--acknowledge ID and --reason TEXT go together")
    days = _days(since, until, utc_now().date())
    pieces = list(_with_progress(target.linewatch().recovery.reconciliation.compare(days, repair=repair)))
    missing = [each for piece in pieces for each in piece.missing]
    unreadable = [each for piece in pieces for each in piece.unreadable]
    if acknowledge and reason:
        missing = _acknowledged(missing, acknowledge, reason, target)
    counts = _counts(pieces)
    if as_json:
        found = {
            "repaired": repair,
            "missing": [_to_dict(each) for each in missing],
            "unreadable": [asdict(each) for each in unreadable],
        }
        click.echo(json.dumps(counts | found))
    else:
        _print(counts, missing, repair)
        for each in unreadable:
            click.echo(f"  unreadable  {each.name}  {each.where}: {each.reason}")
    if missing or unreadable:
        raise Exit(1)


def _acknowledged(missing: list[Missing], ids: tuple[str, ...], reason: str, target: Target) -> list[Missing]:
    """Write down that these will not come back; returns the others. A usage error names an id that misses nothing."""
    if unknown := set(ids) - {each.inspection_id for each in missing}:
        raise click.UsageError(f"nothing is missing of {', '.join(sorted(unknown))} on these days")
    acknowledgements = target.linewatch().recovery.acknowledgements
    for each in missing:
        if each.inspection_id in ids:
            acknowledgements.add(Acknowledgement(each.gap, each.inspection_id, this_user(), reason, utc_now()))
            click.echo(f"acknowledged: no {each.gap} of {each.inspection_id}", err=True)
    return [each for each in missing if each.inspection_id not in ids]


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
    counts: Counter[str] = Counter(images=0, inspections=0, rows=0, waiting=0, acknowledged=0)
    for piece in pieces:
        counts.update({name: count for name, count in piece.counts.items() if name not in {"missing", "unreadable"}})
    return dict(counts)


def _to_dict(each: Missing) -> dict[str, Any]:
    return asdict(each) | {"since": each.since.isoformat()}


def _print(counts: dict[str, Any], missing: list[Missing], repair: bool) -> None:
    for things, count in counts.items():
        click.echo(f"{count:>9}  {_TEXTS.get(things, f'{things} compared')}")
    done = "sent again where possible" if repair else "nothing was sent again: use --repair"
    click.echo(f"{len(missing):>9}  missing" + (f" ({done})" if missing else ": bucket, table and lake agree"))
    for each in missing[:SHOWN]:
        click.echo(f"  no {each.gap}  {each.inspection_id}  {each.where}  {each.since:%Y-%m-%d %H:%M:%S}")
    if len(missing) > SHOWN:
        click.echo(f"  and {len(missing) - SHOWN} more: --json lists all", err=True)
