"""A camera at the deployed chain: images a second to the verdict and into the lake."""

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
from linewatch.demo.account import await_rows
from linewatch.dev.bench.fixture import LINE, PROJECT, Ready
from linewatch.stack.local import NUMBERS, folder_of

WAIT_SECONDS = 120


def chain(it: Ready, images: int) -> dict[str, float]:
    """Send so many images as fast as they are taken, by batch URLs; seconds count from the first request."""
    folder = folder_of(it.stack.name) / "images"
    _distinct(it.normal, images, folder)
    started = time.perf_counter()
    statuses = _sent(it, folder)
    judged = time.perf_counter() - started
    rows = await_rows(it.stack, PROJECT, images, WAIT_SECONDS)
    stored = time.perf_counter() - started
    seconds = [status.seconds for status in statuses if status.seconds is not None]
    return {
        "images": images,
        "workers": NUMBERS["InspectionConcurrency"],
        "with_verdict": len(seconds),
        "rows_in_lake": rows,
        "to_verdict_per_second": images / judged,
        "to_lake_per_second": images / stored,
        "upload_to_verdict_p50_seconds": median(seconds),
        "upload_to_verdict_p95_seconds": quantiles(seconds, n=20)[-1],
    }


def _distinct(contents: list[bytes], count: int, folder: Path) -> None:
    """So many files with different bytes: each has its number as a comment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(count):
        with Image.open(BytesIO(contents[number % len(contents)])) as image:
            image.save(folder / f"{number:05d}.jpg", quality="keep", comment=str(number))


def _sent(it: Ready, folder: Path) -> list[ImageStatus]:
    job = Job(
        folder=folder,
        location=CameraLocation(line=LINE, camera="cam-1"),
        options=SendOptions(),
        wait_seconds=WAIT_SECONDS,
    )
    with (
        Api(it.stack.api_url, it.token, RetryPolicy()) as api,
        closing(Journal(folder.parent / "camera.jsonl")) as journal,
        ProgressDisplay(Console(stderr=True)) as bar,
    ):
        return run(job, api, journal, bar)
