"""Run the API without a gateway: `chalice local` in its own process, with the tables and the bucket of a stack."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from chalicelib.core.errors import LinewatchError
from linewatch.project import ROOT
from linewatch.stack.emulator import free_port
from linewatch.stack.target import Target

START_SECONDS = 30


class ApiNotStarted(LinewatchError):
    """`chalice local` did not start. The message names its log."""


@contextmanager
def local_api(target: Target, log: Path) -> Iterator[str]:
    """Run the API during the block; yields its address. Raises `ApiNotStarted`."""
    port = free_port()
    arguments = ["local", "--host", "127.0.0.1", "--port", str(port), "--no-autoreload"]
    command = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())", *arguments]
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **target.environment}, stdout=output, stderr=output
        ) as process,
    ):
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url, process, log)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise ApiNotStarted(f"chalice local did not start: see {log}")
