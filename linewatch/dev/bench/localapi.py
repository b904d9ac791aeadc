"""The API in a process of its own, `chalice local`, on another stack's tables and bucket: the app without a gateway."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx

from linewatch.project import ROOT
from linewatch.stack.emulator import free_port
from linewatch.stack.target import Target

START_SECONDS = 30


@contextmanager
def local_api(target: Target, log: Path) -> Iterator[str]:
    """Its address, for as long as the block lasts."""
    port = free_port()
    arguments = ["local", "--host", "127.0.0.1", "--port", str(port), "--no-autoreload"]
    command = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())", *arguments]
    with (
        log.open("w") as said,
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **target.environment}, stdout=said, stderr=said
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
            httpx.get(f"{url}/health", timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException(f"chalice local did not start: see {log}")
