"""Cameras at work against one address: locust as a process of its own, and what it measured."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from linewatch.project import ROOT

ENDING_SECONDS = 240
"""How long after its end a run may still wait for verdicts."""


PUT = "PUT image"


@dataclass(frozen=True, slots=True)
class Run:
    """How the cameras behave, and for how long."""

    profile: str
    cameras: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of request. Times in ms."""

    name: str
    requests: int
    failures: int
    per_second: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Load:
    """What one run measured, and what became of the images that the bucket accepted."""

    address: str
    steps: list[Step]
    accepted: int
    judged: int
    missing: int
    queue_ms: float | None
    inspection_ms: float | None

    @property
    def images(self) -> float:
        """Images uploaded in a second."""
        return sum(step.per_second for step in self.steps if step.name == PUT)


def drive(address: str, url: str, token: str, run: Run, folder: Path) -> Load:
    """Run locust; its files stay in the folder. ClickException when it measured nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    account, log = folder / "account.json", folder / "locust.log"
    account.unlink(missing_ok=True)
    command = [sys.executable, "-m", "locust", "-f", "loadtest/locustfile.py", "--headless", "--only-summary"]
    command += ["--host", url, "--csv", str(folder / "load"), "--exit-code-on-error", "0", "--stop-timeout", "10"]
    command += ["--shape", run.profile, "--cameras", str(run.cameras), "--seconds", str(run.seconds)]
    with log.open("w") as said:
        subprocess.run(
            [*command, "--account", str(account)],
            cwd=ROOT,
            env={**os.environ, "LINEWATCH_KEY": token},
            stdout=said,
            stderr=said,
            timeout=run.seconds + ENDING_SECONDS,
            check=False,
        )
    if not account.exists():
        raise click.ClickException(f"locust ended before it had accounted for the images: see {log}")
    told: dict[str, Any] = json.loads(account.read_text())
    with (folder / "load_stats.csv").open() as file:
        return Load(address, [step_of(row) for row in csv.DictReader(file) if row["Name"] != "Aggregated"], **told)


def step_of(row: Mapping[str, str]) -> Step:
    """A row of locust's statistics."""
    return Step(
        name=f"{row['Type']} {row['Name']}",
        requests=int(row["Request Count"]),
        failures=int(row["Failure Count"]),
        per_second=float(row["Requests/s"]),
        p50=float(row["50%"]),
        p95=float(row["95%"]),
        p99=float(row["99%"]),
    )


MUCH = 1.2
"""Rates that differ by less are the same on a machine that does other things too."""

LONG_MS = 1000
"""A median image that waits this long waits for a worker."""


def limit(gateway: Load, alone: Load, offered: float) -> str:
    """Where the limit of the deployed stack is, by what both runs measured.

    The runs share everything but the gateway: a run that is faster without it was held up by it.
    """
    rates = (
        f"{gateway.images:.1f} images a second through the gateway, {alone.images:.1f} past it, {offered:.1f} offered"
    )
    if alone.images > MUCH * gateway.images:
        where = "the emulator's gateway and the functions that it calls"
    elif max(gateway.queue_ms or 0, alone.queue_ms or 0) > LONG_MS:
        where = "the workers: images wait for them in the queue"
    elif offered > MUCH * alone.images:
        where = "the cameras: they wait for each image's verdict before they take the next one"
    else:
        where = "not met: all that the cameras offered was taken, so use more of them"
    queue, inspection = alone.queue_ms or 0, alone.inspection_ms or 0
    return (
        f"The limit is {where}. {rates}; past it an image waits {queue:.0f} ms and is inspected in {inspection:.0f} ms."
    )
