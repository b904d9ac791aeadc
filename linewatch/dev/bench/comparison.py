"""Compare two versions on the deployed stack, and measure images a second."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import LinewatchError
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.versions import ModelFile
from chalicelib.promotion.compare import Progress, Wanted
from linewatch.dev.bench.fixture import LINE, PROJECT, Fixture
from linewatch.operate.comparisons import WORKERS, price
from linewatch.operate.operator import operator_grant

REPLAYED = 5_000
"""The images for which the time is computed."""
WAIT_SECONDS = 900
_GRANT = operator_grant(PROJECT)


class NotMeasured(LinewatchError):
    """The comparison failed, or took too long."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A comparison of `images` images, each judged by the candidate; the hosted version's verdicts were known.

    `seconds` are from the request to the outcome, `first_seconds` until the first part was judged. The workers shared
    so many `cores`; on AWS each has one.
    """

    images: int
    pixels: tuple[int, int]
    parts: int
    cores: int
    seconds: float
    first_seconds: float
    usd: float

    @property
    def of_a_core(self) -> float:
        """Images a second of one core, after the first part: that has the start of the workers."""
        return (self.images - self.images / self.parts) / (self.seconds - self.first_seconds) / self.cores

    def details(self) -> dict[str, Any]:
        """All figures, and what they make of 5,000 images with the workers that a stage has by itself."""
        return {
            **asdict(self),
            "images_a_second": self.images / self.seconds,
            "images_a_second_of_a_core": self.of_a_core,
            "minutes_for_5000_with_5_cores": (self.first_seconds + REPLAYED / self.of_a_core / WORKERS) / 60,
        }


def comparison(fixture: Fixture, images: int) -> Measured:
    """Have the line inspect so many images, and a second version judge them again."""
    version = _second_version(fixture)
    wanted = Wanted(version=str(version), images=images)
    _put_images(fixture, images)
    promotion = fixture.linewatch.promotion
    _until(lambda: promotion.estimate(PROJECT, wanted, _GRANT).images >= images, "the inspections")
    started = time.perf_counter()
    begun = promotion.begin_comparison(PROJECT, wanted, _GRANT)

    def progress() -> Progress:
        shown: Progress = promotion.show_comparison(PROJECT, begun.comparison_id, _GRANT)
        return shown

    _until(lambda: progress().judged > 0, "the first part")
    first = time.perf_counter() - started
    _until(lambda: progress().outcome is not None, "the outcome")
    return _measured(fixture, progress(), time.perf_counter() - started, first)


def _measured(fixture: Fixture, ended: Progress, seconds: float, first: float) -> Measured:
    if ended.plan is None or ended.outcome is None or ended.outcome.figures is None:
        raise NotMeasured(f"the comparison failed: {ended.outcome and ended.outcome.failure}")
    with Image.open(BytesIO(fixture.normal[0])) as image:
        pixels = image.size
    judged = ended.outcome.figures.images
    cores = min(WORKERS, os.cpu_count() or 1)
    return Measured(judged, pixels, ended.plan.parts, cores, seconds, first, price(ended.plan))


def _second_version(fixture: Fixture) -> int:
    """The hosted version's file once more."""
    stored = fixture.stack.client("s3").get_object(Bucket=fixture.stack.bucket, Key=f"models/{PROJECT}/1.safetensors")
    model: ModelVersion = fixture.linewatch.projects.import_model(
        PROJECT, ModelFile(content=stored["Body"].read()), _GRANT
    )
    return model.version


def _put_images(fixture: Fixture, images: int) -> None:
    """Put the images into the bucket, each with other bytes."""
    s3, day = fixture.stack.client("s3"), utc_now().date()
    for number in range(images):
        with Image.open(BytesIO(fixture.normal[number % len(fixture.normal)])) as image:
            image.save(content := BytesIO(), "JPEG", quality="keep", comment=str(number))
        key = f"images/{PROJECT}/{LINE}/cam-1/{day}/{number:05d}"
        s3.put_object(Bucket=fixture.stack.bucket, Key=key, Body=content.getvalue(), ContentType="image/jpeg")


def _until(done: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + WAIT_SECONDS
    while not done():
        if time.monotonic() > give_up:
            raise NotMeasured(f"{what} did not come in {WAIT_SECONDS} s")
        time.sleep(0.1)
