"""Check the simulation: send a burst to the emulator, and simulate it with figures measured on the emulator."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chalicelib.core.image import ImageName
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import InspectionQuery
from linewatch.dev.bench.event_sources import mappings_of, paused, update
from linewatch.dev.bench.fixture import PROJECT, Fixture
from linewatch.dev.scale.limits import Step
from linewatch.dev.scale.simulation import Outcome, simulate
from linewatch.stack.local import SETTINGS

WORKERS = SETTINGS["InspectionConcurrency"]
HANDLER = "inspect_images"
BATCH = 10
CALIBRATION = {BATCH: 200, 1: 60}
"""Batch size to the number of images that measure its time."""

CALM_SECONDS, BURST_SECONDS, AFTER_SECONDS = 10, 15, 45
USUAL_SHARE, BURST = 0.15, 10
"""The usual rate as a share of the capacity, and the burst as a multiple of the usual rate."""

WAIT_SECONDS = 240
USUAL_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """The measured step, the usual rate, and the outcome of the same burst on the emulator and in the simulation."""

    step: Step
    usual_rate: float
    emulator: Outcome
    simulated: Outcome


def compare(fixture: Fixture, echo: Callable[[str], None]) -> Comparison:
    """Measure the emulator's workers, send it a burst, and simulate the same burst."""
    echo("measuring the emulator's workers")
    before = _measured(fixture)
    usual = USUAL_SHARE * before.capacity

    def rate(second: float) -> float:
        return usual * (BURST if CALM_SECONDS <= second < CALM_SECONDS + BURST_SECONDS else 1)

    seconds = CALM_SECONDS + BURST_SECONDS + AFTER_SECONDS
    echo(f"{usual:.1f} images a second for {seconds} s, {BURST} times that for {BURST_SECONDS} s of it")
    inspections, started = _emulated(fixture, rate, seconds)
    echo("measuring again")
    step = between(before, _measured(fixture))
    arrived = Counter(int((inspection.uploaded_at - started).total_seconds()) for inspection in inspections)
    simulated = simulate(
        [step],
        lambda second: arrived[int(second)],
        arrivals=max(arrived) + 1,
        until=max(arrived) + WAIT_SECONDS,
        usual=usual * USUAL_SECONDS,
    )
    return Comparison(step, usual, outcome(inspections, started, usual * USUAL_SECONDS), simulated)


def _measured(fixture: Fixture) -> Step:
    return calibrated({batch: _drained_per_second(fixture, batch, images) for batch, images in CALIBRATION.items()})


def calibrated(per_second: dict[int, float]) -> Step:
    """Seconds of an invocation and of an image in fixture, from the rates of full batches and of single images."""
    full, single = WORKERS * BATCH / per_second[BATCH], WORKERS / per_second[1]
    image = max(0.0, (full - single) / (BATCH - 1))
    return Step(name=HANDLER, workers=WORKERS, batch=BATCH, invocation=max(0.0, single - image), image=image, remedy="")


def between(before: Step, after: Step) -> Step:
    """The mean of two measurements, before and after the burst, because the speed of a shared machine changes."""
    return replace(
        before, invocation=(before.invocation + after.invocation) / 2, image=(before.image + after.image) / 2
    )


def _drained_per_second(fixture: Fixture, batch: int, images: int) -> float:
    """The images inspected per second, in batches of this size. All of them wait in the queue at the start."""
    line = f"drain-{uuid4().hex[:8]}"
    update(fixture.stack, mappings_of(fixture.stack, HANDLER), BatchSize=batch)
    with paused(fixture.stack, HANDLER), ThreadPoolExecutor(8) as pool:
        for _ in range(images):
            pool.submit(_put, fixture, line)
    moments = sorted(inspection.inspected_at for inspection in _inspections(fixture, line, images))
    update(fixture.stack, mappings_of(fixture.stack, HANDLER), BatchSize=BATCH)
    warm = moments[len(moments) // 5 :]  # without the first ones: workers start and load the model
    return (len(warm) - 1) / (warm[-1] - warm[0]).total_seconds()


def _put(fixture: Fixture, line: str) -> None:
    name = ImageName(PROJECT, line, "cam-1", datetime.now(UTC).date(), uuid4().hex)
    fixture.stack.client("s3").put_object(
        Bucket=fixture.stack.bucket, Key=name.key, Body=fixture.normal[0], ContentType="image/jpeg"
    )


def _inspections(fixture: Fixture, line: str, images: int) -> list[Inspection]:
    """The inspections of a line, once there are as many as images, or after WAIT_SECONDS."""
    until = time.monotonic() + WAIT_SECONDS
    inspections: list[Inspection] = []
    while len(inspections) < images and time.monotonic() < until:
        time.sleep(1)
        now = datetime.now(UTC)
        query = InspectionQuery(project=PROJECT, line=line, since=now - timedelta(hours=1), until=now)
        stored = fixture.linewatch.inspections.table.of_line(query)
        inspections = [each for each in stored if isinstance(each, Inspection)]
    return inspections


def _emulated(fixture: Fixture, rate: Callable[[float], float], seconds: int) -> tuple[list[Inspection], datetime]:
    """Upload images at the rate. Returns their inspections and the start time.

    The emulator may accept them more slowly in a burst, so the simulation uses the times of arrival.
    """
    line, sent, due = "burst", 0, 0.0
    started = datetime.now(UTC)
    with ThreadPoolExecutor(16) as pool:
        for second in range(seconds):
            due += rate(second)
            for _ in range(int(due) - sent):
                pool.submit(_put, fixture, line)
            sent = int(due)
            time.sleep(max(0.0, second + 1 - (datetime.now(UTC) - started).total_seconds()))
    return _inspections(fixture, line, sent), started


def outcome(inspections: Sequence[Inspection], started: datetime, usual: float) -> Outcome:
    """The outcome by the inspections' times. The backlog is the number of images uploaded and not yet inspected."""
    end = max(inspection.inspected_at for inspection in inspections)
    backlogs = []
    for second in range(1, int((end - started).total_seconds()) + 2):
        now = started + timedelta(seconds=second)
        waiting = sum(inspection.uploaded_at <= now < inspection.inspected_at for inspection in inspections)
        backlogs.append((waiting, float(second)))
    peak, peak_at = max(backlogs, key=lambda backlog: backlog[0])
    drained = next((second for waiting, second in backlogs if second >= peak_at and waiting <= usual), None)
    return Outcome(len(inspections), peak, peak_at, drained)
