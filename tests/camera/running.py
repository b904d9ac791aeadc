"""Run the client without waits."""

from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import httpx
from rich.console import Console

from linewatch.camera.api import Api
from linewatch.camera.client import Job, run
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation
from tests.camera.service import error

LOCATION = CameraLocation(line="line-1", camera="cam-1")


def sent_by(
    api: Api,
    folder: Path,
    *,
    wait: float | None = None,
    options: SendOptions | None = None,
    watch: bool = False,
    sleep: Callable[[float], object] = lambda _: None,
    output: StringIO | None = None,
) -> list[ImageStatus]:
    """Send the folder, with a journal next to it. The display goes to `output`."""
    job = Job(folder=folder, location=LOCATION, options=options or SendOptions(), watch=watch, wait_seconds=wait)
    show = ProgressDisplay(Console(file=output or StringIO(), width=200))
    with closing(Journal(folder.parent / "journal.jsonl", show.log)) as journal:
        return run(job, api, journal, show, sleep)


def busy(_: httpx.Request) -> httpx.Response:
    return error(503, "Busy", "try later")


def states(statuses: list[ImageStatus]) -> list[State]:
    return [status.state for status in statuses]
