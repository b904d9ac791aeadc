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

from linewatch.deployment.package import ROOT

ENDING_SECONDS = 240
"""How long after its end a run may still wait for verdicts."""


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

    def p50(self, *names: str) -> float:
        """The slowest median, in ms, of the steps with these names."""
        return max((step.p50 for step in self.steps if step.name in names), default=0.0)


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


def limit(gateway: Load, alone: Load) -> str:
    """Where the limit of the deployed stack is, by what both runs measured: the part of an image's way that is longest.

    `alone` is the same API without the gateway: what it takes is the app's own part of a request.
    """
    posts = ("POST /uploads", "POST /uploads/batch")
    own = min(alone.p50(*posts), gateway.p50(*posts))
    parts = {
        "the emulator's gateway and the start of its workers": gateway.p50(*posts) - own,
        "Linewatch's API": own,
        "the emulator's bucket": gateway.p50("PUT image"),
        "the workers, for which images wait": (gateway.queue_ms or 0.0) + (gateway.inspection_ms or 0.0),
    }
    longest = max(parts, key=parts.__getitem__)
    told = ", ".join(f"{name} {ms:.0f} ms" for name, ms in parts.items())
    return f"The limit is {longest}. Medians of an image's way: {told}."
