"""Send images through the deployed chain, and measure images a second to the verdict and into the lake."""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from itertools import count, islice
from math import nan
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
STEADY = 15
"""Images that are sent one by one when all workers run, to compare the first image of a start with."""


def chain(fixture: Fixture, images: int) -> dict[str, float]:
    """Send images as fast as they are accepted, with batch URLs. Times are in seconds since the first request.

    The first image after the model's start is timed alone, then the first ones, which wait for the other workers to
    start. At the end single images say what the first one would have taken in the steady state.
    """
    numbers = count()
    first = _one_by_one(fixture, 1, numbers)
    started = time.perf_counter()
    _send(fixture, FIRST, numbers)
    starting = time.perf_counter() - started
    started = time.perf_counter()
    statuses = _send(fixture, images, numbers)
    inspected = time.perf_counter() - started
    before = 1 + FIRST
    rows = await_rows(fixture.stack, PROJECT, before + images, WAIT_SECONDS) - before
    stored = time.perf_counter() - started
    seconds = [status.seconds for status in statuses if status.seconds is not None]
    return {
        "first_after_start_seconds": first,
        "one_alone_p50_seconds": _one_by_one(fixture, STEADY, numbers),
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


def _one_by_one(fixture: Fixture, images: int, numbers: Iterator[int]) -> float:
    """The median seconds from upload to verdict of images that each find nothing waiting."""
    return median(status.seconds or nan for _ in range(images) for status in _send(fixture, 1, numbers))


def _distinct(contents: list[bytes], numbers: Iterable[int], folder: Path) -> None:
    """Write a file for each number, with different bytes: each has its number as a comment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in numbers:
        with Image.open(BytesIO(contents[number % len(contents)])) as image:
            image.save(folder / f"{number:05d}.jpg", quality="keep", comment=str(number))


def _send(fixture: Fixture, images: int, numbers: Iterator[int]) -> list[ImageStatus]:
    """Send this many new images, and wait for their verdicts."""
    folder = folder_of(fixture.stack.name) / "images"
    _distinct(fixture.normal, islice(numbers, images), folder)
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
