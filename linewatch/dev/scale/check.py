"""The simulation beside the emulator: the same burst, simulated with the emulator's own measured figures."""

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
from linewatch.dev.bench.event_sources import change, held, mappings_of
from linewatch.dev.bench.fixture import PROJECT, Ready
from linewatch.dev.scale.limits import Step
from linewatch.dev.scale.simulation import Outcome, simulate
from linewatch.stack.local import NUMBERS

WORKERS = NUMBERS["InspectionConcurrency"]
HANDLER = "inspect_images"
BATCH = 10
CALIBRATION = {BATCH: 200, 1: 60}
"""Images that are let go at once to learn what a batch of this size takes."""

CALM_SECONDS, BURST_SECONDS, AFTER_SECONDS = 10, 15, 45
USUAL_SHARE, BURST = 0.15, 10
"""The usual rate as a share of the capacity, and how many times that the burst is."""

WAIT_SECONDS = 240
USUAL_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """The step as it was measured, the rate that it was given, and what became of the same burst in both."""

    step: Step
    usual_rate: float
    emulator: Outcome
    simulated: Outcome


def compare(it: Ready, tell: Callable[[str], None]) -> Comparison:
    """Measure the emulator's workers, then send a burst at it and at the simulation."""
    tell("measuring what the emulator's workers take")
    before = _measured(it)
    usual = USUAL_SHARE * before.capacity

    def rate(second: float) -> float:
        return usual * (BURST if CALM_SECONDS <= second < CALM_SECONDS + BURST_SECONDS else 1)

    seconds = CALM_SECONDS + BURST_SECONDS + AFTER_SECONDS
    tell(f"{usual:.1f} images a second for {seconds} s, {BURST} times that for {BURST_SECONDS} s of it")
    inspections, started = _emulated(it, rate, seconds)
    tell("measuring once more")
    step = between(before, _measured(it))
    arrived = Counter(int((inspection.uploaded_at - started).total_seconds()) for inspection in inspections)
    simulated = simulate(
        [step],
        lambda second: arrived[int(second)],
        arrivals=max(arrived) + 1,
        until=max(arrived) + WAIT_SECONDS,
        usual=usual * USUAL_SECONDS,
    )
    return Comparison(step, usual, outcome(inspections, started, usual * USUAL_SECONDS), simulated)


def _measured(it: Ready) -> Step:
    return calibrated({batch: _drained_per_second(it, batch, images) for batch, images in CALIBRATION.items()})


def calibrated(per_second: dict[int, float]) -> Step:
    """Seconds of an invocation and of an image in it, from the rates of full batches and of single images."""
    full, single = WORKERS * BATCH / per_second[BATCH], WORKERS / per_second[1]
    image = max(0.0, (full - single) / (BATCH - 1))
    return Step(name=HANDLER, workers=WORKERS, batch=BATCH, invocation=max(0.0, single - image), image=image, remedy="")


def between(before: Step, after: Step) -> Step:
    """The mean of what was measured before and after the burst: a machine that does other things is not constant."""
    return replace(
        before, invocation=(before.invocation + after.invocation) / 2, image=(before.image + after.image) / 2
    )


def _drained_per_second(it: Ready, batch: int, images: int) -> float:
    """Let so many waiting images go, in batches of this size."""
    line = f"drain-{uuid4().hex[:8]}"
    change(it.stack, mappings_of(it.stack, HANDLER), BatchSize=batch)
    with held(it.stack, HANDLER), ThreadPoolExecutor(8) as pool:
        for _ in range(images):
            pool.submit(_put, it, line)
    moments = sorted(inspection.inspected_at for inspection in _judged(it, line, images))
    change(it.stack, mappings_of(it.stack, HANDLER), BatchSize=BATCH)
    warm = moments[len(moments) // 5 :]  # the first ones wait for the workers to start and to load the model
    return (len(warm) - 1) / (warm[-1] - warm[0]).total_seconds()


def _put(it: Ready, line: str) -> None:
    name = ImageName(PROJECT, line, "cam-1", datetime.now(UTC).date(), uuid4().hex)
    it.stack.client("s3").put_object(Bucket=it.stack.bucket, Key=name.key, Body=it.normal[0], ContentType="image/jpeg")


def _judged(it: Ready, line: str, images: int) -> list[Inspection]:
    """The inspections of a line once they are as many, or after WAIT_SECONDS."""
    until = time.monotonic() + WAIT_SECONDS
    found: list[Inspection] = []
    while len(found) < images and time.monotonic() < until:
        time.sleep(1)
        now = datetime.now(UTC)
        asked = InspectionQuery(project=PROJECT, line=line, since=now - timedelta(hours=1), until=now)
        found = list(it.linewatch.inspections.table.of_line(asked))
    return found


def _emulated(it: Ready, rate: Callable[[float], float], seconds: int) -> tuple[list[Inspection], datetime]:
    """Put images at the rate; answers their inspections, and when it began.

    The emulator may take them more slowly in a burst: what is simulated is what arrived.
    """
    line, sent, due = "burst", 0, 0.0
    started = datetime.now(UTC)
    with ThreadPoolExecutor(16) as pool:
        for second in range(seconds):
            due += rate(second)
            for _ in range(int(due) - sent):
                pool.submit(_put, it, line)
            sent = int(due)
            time.sleep(max(0.0, second + 1 - (datetime.now(UTC) - started).total_seconds()))
    return _judged(it, line, sent), started


def outcome(inspections: Sequence[Inspection], started: datetime, usual: float) -> Outcome:
    """What the inspections' own times say: the backlog is what each second had been uploaded and not inspected."""
    end = max(inspection.inspected_at for inspection in inspections)
    backlogs = []
    for second in range(1, int((end - started).total_seconds()) + 2):
        now = started + timedelta(seconds=second)
        waiting = sum(inspection.uploaded_at <= now < inspection.inspected_at for inspection in inspections)
        backlogs.append((waiting, float(second)))
    peak, peak_at = max(backlogs, key=lambda seen: seen[0])
    drained = next((second for waiting, second in backlogs if second >= peak_at and waiting <= usual), None)
    return Outcome(len(inspections), peak, peak_at, drained)
