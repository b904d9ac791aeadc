"""Print the figures as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table


def show(results: Mapping[str, Any], console: Console) -> None:
    """Print all figures of the bench."""
    for part, title in (
        ("chain", "The deployed chain on the local AWS"),
        ("inference", "Inference of one image"),
        ("cold_start", "Cold start"),
    ):
        console.print(_figures(results[part], title))
    console.print(_table([{"handler": name} | figures for name, figures in results["overhead"].items()], "Handlers"))
    console.print(_table([{"zip": name} | sizes for name, sizes in results["zips"].items()], "Zips"))
    for bill in results["bills"]:
        title = f"{bill['batches']}: {bill['usd_per_million']:.2f} USD a million images; for 1,000 images:"
        console.print(_table(bill["rows"], title))
        sizes = {name: value for name, value in bill.items() if name.endswith(("_bytes", "_per_image"))}
        console.print(_figures(sizes, "Sizes"))
    console.print(_side_by_side(results["lake"], "The lake by rows"))
    loads = f"{results['load_before']:.1f} before and {results['load_after']:.1f} after"
    console.print(f"load of this machine: {loads}, on {results['cores']} cores", highlight=False)


def _figures(figures: Mapping[str, Any], title: str) -> Table:
    table = Table(Column("figure", overflow="fold"), Column("value", justify="right", overflow="fold"), title=title)
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), _text(value))
    return table


def _table(rows: Sequence[Mapping[str, Any]], title: str) -> Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*(Column(name.replace("_", " "), overflow="fold") for name in names), title=title)
    for row in rows:
        table.add_row(*(_text(row.get(name, "")) for name in names))
    return table


def _side_by_side(results: Sequence[Mapping[str, Any]], title: str) -> Table:
    """A column for each result and a row for each figure: of many figures, a row for each result would be too wide."""
    names = list(dict.fromkeys(name for result in results for name in result))
    table = Table(Column("figure", overflow="fold"), title=title, show_header=False)
    for name in names:
        table.add_row(name.replace("_", " "), *(_text(result.get(name, "")) for result in results))
    return table


def _text(value: object) -> str:
    match value:
        case float():
            return f"{value:.4g}" if abs(value) < 100 else f"{value:,.0f}"
        case list():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
