"""Send images through the deployed chain, and measure images a second to the verdict and into the lake."""

import shutil
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles

from PIL import Image
from rich.console import Console

from linewatch.camera.api import Api
from linewatch.camera.client import Job, run
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.retry import RetryPolicy
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus
from linewatch.camera.uploads import CameraLocation
from linewatch.dev.bench.fixture import LINE, PROJECT, Fixture
from linewatch.operate.lake import await_rows
from linewatch.stack.local import SETTINGS, folder_of

WAIT_SECONDS = 120
FIRST = 40
"""Images that start every worker before the others are timed."""


def chain(fixture: Fixture, images: int) -> dict[str, float]:
    """Send images as fast as they are accepted, with batch URLs. Times are in seconds since the first request.

    The first images, which wait for the workers to start, are timed by themselves.
    """
    folder = folder_of(fixture.stack.name) / "images"
    _distinct(fixture.normal, range(FIRST), folder)
    started = time.perf_counter()
    _send(fixture, folder)
    starting = time.perf_counter() - started
    _distinct(fixture.normal, range(FIRST, FIRST + images), folder)
    started = time.perf_counter()
    statuses = _send(fixture, folder)
    inspected = time.perf_counter() - started
    rows = await_rows(fixture.stack, PROJECT, FIRST + images, WAIT_SECONDS) - FIRST
    stored = time.perf_counter() - started
    seconds = [status.seconds for status in statuses if status.seconds is not None]
    return {
        "images": images,
        f"first_{FIRST}_seconds": starting,
        "workers": SETTINGS["InspectionConcurrency"],
        "with_verdict": len(seconds),
        "rows_in_lake": rows,
        "to_verdict_per_second": images / inspected,
        "to_lake_per_second": images / stored,
        "upload_to_verdict_p50_seconds": median(seconds),
        "upload_to_verdict_p95_seconds": quantiles(seconds, n=20)[-1],
    }


def _distinct(contents: list[bytes], numbers: range, folder: Path) -> None:
    """Write a file for each number, with different bytes: each has its number as a comment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in numbers:
        with Image.open(BytesIO(contents[number % len(contents)])) as image:
            image.save(folder / f"{number:05d}.jpg", quality="keep", comment=str(number))


def _send(fixture: Fixture, folder: Path) -> list[ImageStatus]:
    job = Job(
        folder=folder,
        location=CameraLocation(line=LINE, camera="cam-1"),
        options=SendOptions(),
        wait_seconds=WAIT_SECONDS,
    )
    with (
        Api(fixture.stack.api_url, fixture.token, RetryPolicy()) as api,
        closing(Journal(folder.parent / "camera.jsonl")) as journal,
        ProgressDisplay(Console(stderr=True)) as bar,
    ):
        return run(job, api, journal, bar)
