"""`linewatch measure loadtest`: cameras at work against a local stack, through its gateway and past it."""

import json
import os
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Column, Table

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import tell
from linewatch.dev.bench.fixture import ready
from linewatch.dev.bench.load import Load, Run, drive, limit
from linewatch.dev.bench.localapi import local_api
from linewatch.stack.local import folder_of
from loadtest.profiles import PROFILES, offered


@click.command()
@click.option("--profile", type=click.Choice(list(PROFILES)), default="steady", show_default=True)
@click.option("--cameras", type=click.IntRange(min=1), default=10, show_default=True, help="The most cameras at once.")
@click.option("--seconds", type=click.IntRange(min=5), default=60, show_default=True, help="How long each run takes.")
@local_option("loadtest")
@json_option
def loadtest(profile: str, cameras: int, seconds: int, name: str, as_json: bool) -> None:
    """Let many cameras upload to a local stack.

    They wait for verdicts: first through the local AWS's gateway, then past it. Ends with an error when an image that
    was accepted has no verdict. `loadtest/locustfile.py` says how to run the same cameras against AWS.
    """
    run, folder = Run(profile, cameras, seconds), folder_of(name)
    with ready(name) as it:
        tell(f"{cameras} cameras ({profile}) for {seconds} s through the gateway")
        gateway = drive("the emulator's gateway", it.stack.api_url, it.token, run, folder / "gateway")
        with local_api(it.stack, folder / "chalice-local.log") as url:
            tell(f"{cameras} cameras ({profile}) for {seconds} s to the API in a process of its own")
            alone = drive("the API in a process of its own", url, it.token, run, folder / "alone")
    found = limit(gateway, alone, offered(PROFILES[profile], cameras))
    if as_json:
        click.echo(json.dumps({"gateway": asdict(gateway), "alone": asdict(alone), "limit": found}))
    else:
        _print(gateway, alone, found)
    if gateway.missing or alone.missing:
        raise click.ClickException(f"accepted images have no verdict: what the functions logged is in {folder}")


def _print(gateway: Load, alone: Load, found: str) -> None:
    console = Console()
    for load in (gateway, alone):
        console.print(table_of(load))
        console.print(f"{load.accepted} images accepted, {load.judged} with a verdict, {load.missing} without one\n")
    console.print(found, highlight=False)
    console.print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", highlight=False)


def table_of(load: Load) -> Table:
    """What a run measured, step by step."""
    figures = [Column(name, justify="right") for name in ("requests", "failed", "a second", "p50", "p95", "p99 ms")]
    table = Table("step", *figures, title=load.address)
    for step in load.steps:
        times = (f"{ms:.0f}" for ms in (step.p50, step.p95, step.p99))
        table.add_row(step.name, str(step.requests), str(step.failures), f"{step.per_second:.1f}", *times)
    return table
