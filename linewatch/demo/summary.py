"""The account as a person reads it."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from chalicelib.core.inspection import Verdict
from linewatch.demo.account import JUDGED, Account
from linewatch.demo.images import LABELS

RIGHT = {("normal", Verdict.NORMAL), ("anomaly", Verdict.ANOMALOUS)}
MOST_TOLD = 20


def show(account: Account, console: Console) -> None:
    """Print the whole account."""
    console.print(Panel(Group(_counts(account), "", _confusion(account), "", _stores(account)), title="Summary"))
    wrong = account.unaccounted
    for line in wrong[:MOST_TOLD]:
        console.print(f"[red]unaccounted for:[/] {line}", highlight=False)
    if len(wrong) > MOST_TOLD:
        console.print(f"[red]and {len(wrong) - MOST_TOLD} more[/]")
    if not wrong:
        console.print(f"[green]All {len(account.statuses)} images are accounted for.[/]", highlight=False)


def figures(account: Account) -> dict[str, Any]:
    """The same figures for programs; seconds are from upload to verdict."""
    return {
        "sent": sum(fate.sent for fate in account.statuses),
        "verdicts": {label: dict(account.verdicts(label)) for label in LABELS},
        "seconds": {"median": account.percentile(50), "p95": account.percentile(95)},
        "rows": account.rows,
        "rows_compacted": account.rows_compacted,
        "dead_letters": account.dead_letters,
        "unaccounted": account.unaccounted,
    }


def _counts(account: Account) -> RenderableType:
    verdicts = account.verdicts()
    table = Table.grid(padding=(0, 2))
    table.add_row("images sent", str(sum(status.sent for status in account.statuses)))
    table.add_row("inspected", str(sum(verdicts[verdict] for verdict in JUDGED)))
    table.add_row("rejected", str(verdicts[Verdict.REJECTED]))
    table.add_row("failed", str(verdicts[Verdict.FAILED]))
    table.add_row("upload to verdict", f"{_seconds(account, 50)} median, {_seconds(account, 95)} at most for 95 %")
    return table


def _seconds(account: Account, percent: int) -> str:
    seconds = account.percentile(percent)
    return "unknown" if seconds is None else f"{seconds:.2f} s"


def _confusion(account: Account) -> RenderableType:
    table = Table("is \\ was found", *JUDGED, "neither")
    for label in LABELS:
        verdicts = account.verdicts(label)
        if not verdicts:
            continue
        cells = [f"[{'green' if (label, verdict) in RIGHT else 'red'}]{verdicts[verdict]}[/]" for verdict in JUDGED]
        table.add_row(label, *cells, str(verdicts.total() - sum(verdicts[verdict] for verdict in JUDGED)))
    right = sum(account.verdicts(label)[verdict] for label, verdict in RIGHT)
    table.caption = f"{right} of {account.verdicts().total()} as labelled"
    return table


def _stores(account: Account) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_row("rows in the lake", f"{account.rows}, after compaction {account.rows_compacted}")
    for name, messages in account.dead_letters.items():
        table.add_row(name, f"[{'red' if messages else 'green'}]{messages}[/] dead letters")
    return table
