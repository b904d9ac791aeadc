"""`linewatch measure scale`: simulate bursts and stops of plants, and compare one with the emulator."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import echo
from linewatch.dev.bench.fixture import start_fixture
from linewatch.dev.scale.cases import BURST_SECONDS, CALM_SECONDS, RATES, STOP_SECONDS, Case, case
from linewatch.dev.scale.check import Comparison, compare
from linewatch.dev.scale.limits import Quota, Step
from linewatch.dev.scale.simulation import Outcome

USED = ("overhead", "inference", "lake")


@click.command()
@click.option(
    "--figures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The output of `measure bench --json`. With it, the plants are simulated.",
)
@click.option("--check", is_flag=True, help="Send one burst to the emulator, and simulate the same burst.")
@local_option("scale")
@json_option
def scale(figures: Path | None, check: bool, name: str, as_json: bool) -> None:
    """Simulate bursts and stops of large plants.

    Simulates plants of 1 to 1,000 images a second, with a tenfold burst of 10 minutes and with a stop of 8 hours.
    """
    if figures is None and not check:
        raise click.UsageError("give --figures FILE, which `measure bench --json > FILE` writes, or --check, or both")
    cases = [] if figures is None else _cases(_read(figures))
    comparison = _compared(name) if check else None
    if as_json:
        results = {"cases": [asdict(each) for each in cases], "check": comparison and asdict(comparison)}
        click.echo(json.dumps(results, indent=1))
        return
    console = Console()
    if cases:
        console.print(bursts(cases))
        console.print(stops(cases))
    if comparison is not None:
        console.print(side_by_side(comparison))


def _read(file: Path) -> dict[str, Any]:
    try:
        bench: dict[str, Any] = json.loads(file.read_text())
    except ValueError as error:
        raise click.ClickException(f"{file} is not JSON: write it with `measure bench --json > {file}`") from error
    if missing := [part for part in USED if part not in bench]:
        raise click.ClickException(f"{file} lacks {', '.join(missing)}: write it with `measure bench --json > {file}`")
    return bench


def _cases(bench: dict[str, Any]) -> list[Case]:
    return [case(rate, bench) for rate in track(RATES, "Simulating", console=Console(stderr=True), transient=True)]


def _compared(name: str) -> Comparison:
    with start_fixture(name, echo) as fixture:
        return compare(fixture, echo)


def bursts(cases: list[Case]) -> Table:
    """The backlog that a burst causes in each plant, and the setting to raise."""
    words = [Column(name, overflow="fold") for name in ("first limit", "raise")]
    table = Table("images/s", "lines", "workers", "peak", "over after", *words, title="A tenfold burst of 10 minutes")
    for each in cases:
        plant = (str(each.rate), str(each.lines), str(each.units))
        drained = _since(each.burst, CALM_SECONDS + BURST_SECONDS)
        table.add_row(*plant, f"{each.burst.peak_backlog:,}", drained, *_limit(each.burst_limit))
    return table


def stops(cases: list[Case]) -> Table:
    """The backlog that a stop causes in each plant."""
    table = Table("images/s", "workers", "peak", "over after", title="A stop of 8 hours")
    for each in cases:
        table.add_row(str(each.rate), str(each.units), f"{each.stop.peak_backlog:,}", _since(each.stop, STOP_SECONDS))
    return table


def _limit(limit: Step | Quota | None) -> tuple[str, str]:
    return ("none", "") if limit is None else (f"{limit.name} ({limit.capacity:,.0f}/s)", limit.remedy)


def _since(outcome: Outcome, end: float) -> str:
    """The time from the end of the burst or the stop until the backlog was gone."""
    if outcome.drained_at is None:
        return "never"
    seconds = max(0.0, outcome.drained_at - end)
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


def side_by_side(comparison: Comparison) -> Table:
    """The burst on the emulator and in the simulation."""
    step = comparison.step
    title = (
        f"{step.workers} workers, {step.invocation * 1000:.0f} ms an invocation, {step.image * 1000:.0f} ms an image; "
        f"{comparison.usual_rate:.1f} images/s, ten times that in the burst"
    )
    table = Table("", "images", "peak backlog", "at second", "over at second", title=title)
    for name, outcome in (("emulator", comparison.emulator), ("simulation", comparison.simulated)):
        drained = "never" if outcome.drained_at is None else f"{outcome.drained_at:.0f}"
        table.add_row(name, str(outcome.images), str(outcome.peak_backlog), f"{outcome.peak_at:.0f}", drained)
    return table
