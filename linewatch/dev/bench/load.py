"""Run locust against one address, in its own process, and read its figures."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.core.errors import LinewatchError
from linewatch.project import ROOT

ENDING_SECONDS = 240
"""The longest time after the end of a run that locust may wait for verdicts."""


PUT = "PUT image"


class LoadTestFailed(LinewatchError):
    """Locust ended without a result. The message names its log."""


@dataclass(frozen=True, slots=True)
class Run:
    """The number of cameras over time, and the length of the run."""

    profile: str
    cameras: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of request. Times are in ms."""

    name: str
    requests: int
    failures: int
    per_second: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of one run, and the number of accepted images with and without a verdict."""

    address: str
    steps: list[Step]
    accepted: int
    judged: int
    missing: int
    queue_ms: float | None
    inspection_ms: float | None

    @property
    def images(self) -> float:
        """Images uploaded a second."""
        return sum(step.per_second for step in self.steps if step.name == PUT)


def run_locust(address: str, url: str, token: str, run: Run, folder: Path) -> Load:
    """Run locust and keep its files in the folder. Raises `LoadTestFailed`."""
    folder.mkdir(parents=True, exist_ok=True)
    results, log = folder / "results.json", folder / "locust.log"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "locust", "-f", "loadtest/locustfile.py", "--headless", "--only-summary"]
    command += ["--host", url, "--csv", str(folder / "load"), "--exit-code-on-error", "0", "--stop-timeout", "10"]
    command += ["--shape", run.profile, "--cameras", str(run.cameras), "--seconds", str(run.seconds)]
    with log.open("w") as output:
        subprocess.run(
            [*command, "--results", str(results)],
            cwd=ROOT,
            env={**os.environ, "LINEWATCH_KEY": token},
            stdout=output,
            stderr=output,
            timeout=run.seconds + ENDING_SECONDS,
            check=False,
        )
    if not results.exists():
        raise LoadTestFailed(f"locust ended without a result: see {log}")
    counts: dict[str, Any] = json.loads(results.read_text())
    with (folder / "load_stats.csv").open() as file:
        return Load(address, [step_of(row) for row in csv.DictReader(file) if row["Name"] != "Aggregated"], **counts)


def step_of(row: Mapping[str, str]) -> Step:
    """Parse a row of locust's statistics."""
    return Step(
        name=f"{row['Type']} {row['Name']}",
        requests=int(row["Request Count"]),
        failures=int(row["Failure Count"]),
        per_second=float(row["Requests/s"]),
        p50=float(row["50%"]),
        p95=float(row["95%"]),
        p99=float(row["99%"]),
    )


SAME_RATE = 1.2
"""Rates that differ by a smaller factor count as equal, because the machine also does other things."""

LONG_MS = 1000
"""A median wait of more than this means that images wait for workers."""


def limit(gateway: Load, alone: Load, offered: float) -> str:
    """A sentence that says what limits the deployed stack.

    The runs differ only in the gateway: if the run without it is faster, the gateway is the limit.
    """
    rates = (
        f"{gateway.images:.1f} images a second through the gateway, {alone.images:.1f} without it, "
        f"{offered:.1f} offered"
    )
    if alone.images > SAME_RATE * gateway.images:
        where = "the emulator's gateway and the functions that it calls"
    elif max(gateway.queue_ms or 0, alone.queue_ms or 0) > LONG_MS:
        where = "the workers: images wait for them in the queue"
    elif offered > SAME_RATE * alone.images:
        where = "the cameras: they wait for each image's verdict before they take the next one"
    else:
        where = "not reached: the stack accepted all images, so use more cameras"
    queue, inspection = alone.queue_ms or 0, alone.inspection_ms or 0
    times = f"without it an image waits {queue:.0f} ms and is inspected in {inspection:.0f} ms"
    return f"The limit is {where}. {rates}; {times}."
