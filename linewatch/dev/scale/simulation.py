"""A discrete-event simulation of the chain: pools of workers with queues between them, and a changing arrival rate."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from linewatch.dev.scale.limits import Step

TICK = 1.0
"""Seconds between arrivals, and between measurements of the backlog."""

MOST_PARCELS = 50_000
"""More images than these move in parcels, at the speed of full batches, so that millions take seconds to simulate."""

type Process = Generator[simpy.Event, Any, None]

type Rate = Callable[[float], float]
"""Seconds since the start -> images a second."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run. Times are in seconds since the start."""

    images: int
    peak_backlog: int
    peak_at: float
    drained_at: float | None  # None when the backlog was not gone by the end


def simulate(
    chain: Sequence[Step], rate: Rate, *, arrivals: float, until: float, opens_at: float = 0.0, usual: float = 0.0
) -> Outcome:
    """Simulate `until` seconds; images arrive in the first `arrivals` seconds.

    The first step starts to work at `opens_at`: while a model is stopped, its images wait in the queue. In normal
    operation, `usual` images are being processed. A backlog up to this number, or up to one parcel for each worker,
    counts as none.
    """
    world = simpy.Environment()
    expected = sum(rate(second) for second in range(int(arrivals)))
    parcel = max(1.0, expected / MOST_PARCELS)
    queues = [simpy.Container(world) for _ in (*chain, None)]
    for at, step in enumerate(chain):
        for _ in range(step.workers):
            world.process(_run_worker(world, step, queues[at], queues[at + 1], parcel, opens_at if at == 0 else 0.0))
    observed: list[tuple[float, float]] = []
    world.process(_arrive(world, rate, queues[0], parcel, arrivals))
    world.process(_watch(world, queues[-1], observed))
    world.run(until)
    under_way = parcel * sum(step.workers for step in chain)
    return _outcome(rate, arrivals, parcel, max(under_way, usual), observed)


def _arrive(world: Any, rate: Rate, queue: Any, parcel: float, arrivals: float) -> Process:
    due = 0.0
    while world.now < arrivals:
        due += rate(world.now) * TICK / parcel
        if whole := int(due):
            queue.put(whole)
            due -= whole
        yield world.timeout(TICK)


def _run_worker(world: Any, step: Step, source: Any, target: Any, parcel: float, opens_at: float) -> Process:
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


def _watch(world: Any, done: Any, observed: list[tuple[float, float]]) -> Process:
    while True:
        yield world.timeout(TICK)
        observed.append((world.now, done.level))


def _outcome(
    rate: Rate, arrivals: float, parcel: float, usual: float, observed: Sequence[tuple[float, float]]
) -> Outcome:
    arrived, backlogs = 0.0, []
    for now, done in observed:
        arrived += rate(now - TICK) * TICK if now <= arrivals else 0.0
        backlogs.append((max(0.0, arrived - done * parcel), now))
    peak, peak_at = max(backlogs, key=lambda backlog: backlog[0])
    drained = next((now for backlog, now in backlogs if now >= peak_at and backlog <= usual), None)
    return Outcome(int(arrived), int(peak), peak_at, drained)
