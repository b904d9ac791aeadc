"""A discrete-event model of the chain: queues between pools of workers, and images that arrive at a changing rate."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from linewatch.dev.scale.limits import Step

TICK = 1.0
"""Seconds between arrivals, and between looks at the backlog."""

MOST_PARCELS = 50_000
"""More images than these move in parcels, at the pace of full batches, so that a run of millions takes seconds."""

type Process = Generator[simpy.Event, Any, None]

type Rate = Callable[[float], float]
"""Seconds since the start -> images a second."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed. Times in seconds since the start."""

    images: int
    peak_backlog: int
    peak_at: float
    drained_at: float | None  # None when it never was, within the time simulated


def simulate(
    chain: Sequence[Step], rate: Rate, *, arrivals: float, until: float, opens_at: float = 0.0, usual: float = 0.0
) -> Outcome:
    """Let images arrive for `arrivals` seconds and be worked off until `until`.

    `opens_at` is when the first step starts to work: a model that was stopped holds its images in its queue.
    `usual` images are under way at any time when all is well: a backlog of no more than these, or of one parcel a
    worker, is none.
    """
    world = simpy.Environment()
    expected = sum(rate(second) for second in range(int(arrivals)))
    parcel = max(1.0, expected / MOST_PARCELS)
    queues = [simpy.Container(world) for _ in (*chain, None)]
    for at, step in enumerate(chain):
        for _ in range(step.workers):
            world.process(_work(world, step, queues[at], queues[at + 1], parcel, opens_at if at == 0 else 0.0))
    seen: list[tuple[float, float]] = []
    world.process(_arrive(world, rate, queues[0], parcel, arrivals))
    world.process(_watch(world, queues[-1], seen))
    world.run(until)
    under_way = parcel * sum(step.workers for step in chain)
    return _outcome(rate, arrivals, parcel, max(under_way, usual), seen)


def _arrive(world: Any, rate: Rate, queue: Any, parcel: float, arrivals: float) -> Process:
    due = 0.0
    while world.now < arrivals:
        due += rate(world.now) * TICK / parcel
        if whole := int(due):
            queue.put(whole)
            due -= whole
        yield world.timeout(TICK)


def _work(world: Any, step: Step, source: Any, target: Any, parcel: float, opens_at: float) -> Process:
    most = max(1, int(step.batch / parcel))
    yield world.timeout(opens_at)
    while True:
        yield source.get(1)
        more = min(source.level, most - 1)
        if more:
            yield source.get(more)
        images = (1 + more) * parcel
        yield world.timeout(step.seconds(images) if parcel == 1 else images / step.capacity * step.workers)
        target.put(1 + more)


def _watch(world: Any, done: Any, seen: list[tuple[float, float]]) -> Process:
    while True:
        yield world.timeout(TICK)
        seen.append((world.now, done.level))


def _outcome(rate: Rate, arrivals: float, parcel: float, usual: float, seen: Sequence[tuple[float, float]]) -> Outcome:
    arrived, backlogs = 0.0, []
    for now, done in seen:
        arrived += rate(now - TICK) * TICK if now <= arrivals else 0.0
        backlogs.append((max(0.0, arrived - done * parcel), now))
    peak, peak_at = max(backlogs, key=lambda seen_at: seen_at[0])
    drained = next((now for backlog, now in backlogs if now >= peak_at and backlog <= usual), None)
    return Outcome(int(arrived), int(peak), peak_at, drained)
