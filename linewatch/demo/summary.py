"""Print the results of the demonstration."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from chalicelib.core.inspection import Verdict
from linewatch.demo.account import DECIDED, Account
from linewatch.demo.images import LABELS

CORRECT = {("normal", Verdict.NORMAL), ("anomaly", Verdict.ANOMALOUS)}
MOST_PROBLEMS = 20


def show(account: Account, console: Console) -> None:
    """Print all results."""
    console.print(Panel(Group(_counts(account), "", _confusion(account), "", _stores(account)), title="Summary"))
    problems = account.problems
    for problem in problems[:MOST_PROBLEMS]:
        console.print(f"[red]problem:[/] {problem}", highlight=False)
    if len(problems) > MOST_PROBLEMS:
        console.print(f"[red]and {len(problems) - MOST_PROBLEMS} more[/]")
    if not problems:
        console.print(
            f"[green]All {len(account.statuses)} images have a verdict and a row in the lake.[/]", highlight=False
        )


def figures(account: Account) -> dict[str, Any]:
    """The same figures for `--json`; seconds are from upload to verdict."""
    return {
        "sent": sum(status.sent for status in account.statuses),
        "verdicts": {label: dict(account.verdicts(label)) for label in LABELS},
        "seconds": {"median": account.percentile(50), "p95": account.percentile(95)},
        "rows": account.rows,
        "rows_compacted": account.rows_compacted,
        "dead_letters": account.dead_letters,
        "problems": account.problems,
    }


def _counts(account: Account) -> RenderableType:
    verdicts = account.verdicts()
    table = Table.grid(padding=(0, 2))
    table.add_row("images sent", str(sum(status.sent for status in account.statuses)))
    table.add_row("inspected", str(sum(verdicts[verdict] for verdict in DECIDED)))
    table.add_row("unfamiliar", str(verdicts[Verdict.UNFAMILIAR]))
    table.add_row("rejected", str(verdicts[Verdict.REJECTED]))
    table.add_row("failed", str(verdicts[Verdict.FAILED]))
    table.add_row("upload to verdict", f"{_seconds(account, 50)} median, {_seconds(account, 95)} at most for 95 %")
    return table


def _seconds(account: Account, percent: int) -> str:
    seconds = account.percentile(percent)
    return "unknown" if seconds is None else f"{seconds:.2f} s"


def _confusion(account: Account) -> RenderableType:
    table = Table("label \\ verdict", *DECIDED, "neither")
    for label in LABELS:
        verdicts = account.verdicts(label)
        if not verdicts:
            continue
        cells = [f"[{'green' if (label, verdict) in CORRECT else 'red'}]{verdicts[verdict]}[/]" for verdict in DECIDED]
        table.add_row(label, *cells, str(verdicts.total() - sum(verdicts[verdict] for verdict in DECIDED)))
    correct = sum(account.verdicts(label)[verdict] for label, verdict in CORRECT)
    verdicts = account.verdicts()
    table.caption = f"{correct} of {verdicts.total() - verdicts[Verdict.UNFAMILIAR]} as labelled"
    return table


def _stores(account: Account) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_row("rows in the lake", f"{account.rows}, after compaction {account.rows_compacted}")
    for name, messages in account.dead_letters.items():
        table.add_row(name, f"[{'red' if messages else 'green'}]{messages}[/] dead letters")
    return table
