"""Compare two versions on the deployed stack, and measure images a second."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import LinewatchError
from chalicelib.models.registry import checked
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.versions import ModelFile
from chalicelib.promotion.compare import Progress, Wanted
from chalicelib.promotion.domain import PART
from linewatch.cost.replay import computing_seconds, cost_of
from linewatch.dev.bench.fixture import LINE, PROJECT, Fixture
from linewatch.operate.comparisons import WORKERS
from linewatch.operate.operator import operator_grant
from linewatch.samples import JPEG_QUALITY

REPLAYED = 5_000
"""The images for which the time is computed."""
SIDE = 256
"""Pixels."""
TIMED = 20
WAIT_SECONDS = 900
_GRANT = operator_grant(PROJECT)


class NotMeasured(LinewatchError):
    """The comparison failed, or took too long."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A comparison of `images` images, each judged by the candidate; the hosted version's verdicts were known.

    `seconds` are from the request to the outcome, `first_seconds` until the first part was judged, on this machine with
    all else that it does. `processor_ms` is the processor's time for an image, which does not depend on that.
    """

    images: int
    side_pixels: int
    parts: int
    seconds: float
    first_seconds: float
    processor_ms: float

    @property
    def of_a_worker(self) -> float:
        """Images a second of a worker with a core of its own, with the assumed times of its requests to AWS."""
        computing = computing_seconds(self.images, self.images * self.processor_ms / 1000, self.parts)
        return self.images / computing

    def details(self) -> dict[str, Any]:
        """All figures, and what they make of 5,000 images on AWS with the workers that a stage has by itself."""
        return {
            **asdict(self),
            "images_a_second_here": self.images / self.seconds,
            "images_a_second_of_a_worker": self.of_a_worker,
            f"minutes_for_{REPLAYED}_with_{WORKERS}_workers": REPLAYED / self.of_a_worker / WORKERS / 60,
            f"usd_for_{REPLAYED}": cost_of(REPLAYED, REPLAYED * self.processor_ms / 1000, REPLAYED // PART),
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
    return Measured(ended.outcome.figures.images, SIDE, ended.plan.parts, seconds, first, _processor_ms(fixture))


def _processor_ms(fixture: Fixture) -> float:
    """The processor's time for one image in this process, as the mean of some after the first one."""
    model = checked(_model_file(fixture), "1")
    contents = [_content(fixture, number) for number in range(TIMED)]
    model.predict(contents[0])
    started = time.process_time()
    for each in contents:
        model.predict(each)
    return (time.process_time() - started) / TIMED * 1000


def _second_version(fixture: Fixture) -> int:
    """The hosted version's file once more."""
    file = ModelFile(content=_model_file(fixture))
    model: ModelVersion = fixture.linewatch.projects.import_model(PROJECT, file, _GRANT)
    return model.version


def _model_file(fixture: Fixture) -> bytes:
    key = f"models/{PROJECT}/1.safetensors"
    content: bytes = fixture.stack.client("s3").get_object(Bucket=fixture.stack.bucket, Key=key)["Body"].read()
    return content


def _put_images(fixture: Fixture, images: int) -> None:
    """Put the images into the bucket, each with other bytes."""
    s3, day = fixture.stack.client("s3"), utc_now().date()
    for number in range(images):
        content = _content(fixture, number)
        key = f"images/{PROJECT}/{LINE}/cam-1/{day}/{number:05d}"
        s3.put_object(Bucket=fixture.stack.bucket, Key=key, Body=content, ContentType="image/jpeg")


def _content(fixture: Fixture, number: int) -> bytes:
    """A drawn image of the measured size, in bytes that no other has."""
    with Image.open(BytesIO(fixture.normal[number % len(fixture.normal)])) as image:
        image.resize((SIDE, SIDE)).save(content := BytesIO(), "JPEG", quality=JPEG_QUALITY, comment=str(number))
    return content.getvalue()


def _until(done: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + WAIT_SECONDS
    while not done():
        if time.monotonic() > give_up:
            raise NotMeasured(f"{what} did not come in {WAIT_SECONDS} s")
        time.sleep(0.1)
