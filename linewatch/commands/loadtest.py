"""`linewatch measure loadtest`: many cameras send to a local stack, with and without its gateway."""

import json
import os
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Column, Table

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import echo
from linewatch.dev.bench.fixture import start_fixture
from linewatch.dev.bench.load import Load, Run, limit, run_locust
from linewatch.dev.bench.localapi import local_api
from linewatch.stack.local import folder_of
from loadtest.profiles import PROFILES, offered


@click.command()
@click.option("--profile", type=click.Choice(list(PROFILES)), default="steady", show_default=True)
@click.option(
    "--cameras", type=click.IntRange(min=1), default=10, show_default=True, help="Largest number of cameras at a time."
)
@click.option("--seconds", type=click.IntRange(min=5), default=60, show_default=True, help="How long each run takes.")
@local_option("loadtest")
@json_option
def loadtest(profile: str, cameras: int, seconds: int, name: str, as_json: bool) -> None:
    """Send images from many cameras to a local stack.

    The cameras wait for the verdicts. The first run goes through the emulator's gateway, the second run goes to the API
    directly. Exits with 1 when an accepted image has no verdict. `loadtest/locustfile.py` describes how to run the same
    cameras against AWS.
    """
    run, folder = Run(profile, cameras, seconds), folder_of(name)
    with start_fixture(name, echo) as fixture:
        echo(f"{cameras} cameras ({profile}) for {seconds} s through the gateway")
        gateway = run_locust("the emulator's gateway", fixture.stack.api_url, fixture.token, run, folder / "gateway")
        with local_api(fixture.stack, folder / "chalice-local.log") as url:
            echo(f"{cameras} cameras ({profile}) for {seconds} s to the API in its own process")
            alone = run_locust("the API in its own process", url, fixture.token, run, folder / "alone")
    conclusion = limit(gateway, alone, offered(PROFILES[profile], cameras))
    if as_json:
        click.echo(json.dumps({"gateway": asdict(gateway), "alone": asdict(alone), "limit": conclusion}))
    else:
        _print(gateway, alone, conclusion)
    if gateway.missing or alone.missing:
        raise click.ClickException(f"accepted images have no verdict: the functions' log is in {folder}")


def _print(gateway: Load, alone: Load, conclusion: str) -> None:
    console = Console()
    for load in (gateway, alone):
        console.print(table_of(load))
        console.print(f"{load.accepted} images accepted, {load.judged} with a verdict, {load.missing} without one\n")
    console.print(conclusion, highlight=False)
    console.print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", highlight=False)


def table_of(load: Load) -> Table:
    """The figures of one run, a row for each kind of request."""
    figures = [Column(name, justify="right") for name in ("requests", "failed", "a second", "p50", "p95", "p99 ms")]
    table = Table("request", *figures, title=load.address)
    for step in load.steps:
        times = (f"{ms:.0f}" for ms in (step.p50, step.p95, step.p99))
        table.add_row(step.name, str(step.requests), str(step.failures), f"{step.per_second:.1f}", *times)
    return table
