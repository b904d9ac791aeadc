"""Put kinds of poison into one world, let some days pass, and find the end of each.

Several kinds share a world, because most of the time goes into making it. If they stop the healthy work of their
world, or one of them has no end that its marks lead to, each runs again in a world of its own. There everything that
was found and is not healthy is its end.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import batched
from traceback import format_exception_only

from moto import mock_aws

from tests.pipeline.account import REGION
from tests.pipeline.photographs import artifact
from tests.pipeline.world import HOUR, SCHEDULED, deployed
from tests.poison.evidence import Evidence, collect
from tests.poison.healthy import Healthy
from tests.poison.kind import MARK, PROJECT, Kind, Put, Refused, Site, Trace
from tests.poison.kinds import KINDS
from tests.poison.world import LimitedWire, PoisonedWorld

GROUP = 16
"""How many kinds share a world."""
DAYS = 2
SCHEDULES = ("send_digests", "compact_lake", "reconcile")


@dataclass(frozen=True)
class Result:
    """What became of one kind. `end` is None when it was lost in silence; `loops` and `stopped` say what happened."""

    kind: str
    end: str | None
    loops: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Whether this kind had an end, went round nowhere and stopped nothing."""
        return self.end is not None and not self.loops and not self.stopped

    def __str__(self) -> str:
        what = [f"loop: {each}"[:300] for each in self.loops] + [f"stopped: {each}"[:400] for each in self.stopped]
        return "\n  ".join([f"{self.kind} -> {self.end or 'LOST IN SILENCE'}", *what])


def groups() -> list[tuple[int, ...]]:
    """The positions of all kinds, the kinds of one surface together, a world's worth each."""
    by_surface: dict[str, list[int]] = {}
    for position, kind in enumerate(KINDS):
        by_surface.setdefault(kind.surface, []).append(position)
    return [group for positions in by_surface.values() for group in batched(positions, GROUP)]


def attempt(positions: Sequence[int]) -> list[Result]:
    """Run these kinds of `KINDS` in one world."""
    kinds = [KINDS[position] for position in positions]
    with deployed(_wire(), make=PoisonedWorld, **{PROJECT: artifact()}) as world:
        assert isinstance(world, PoisonedWorld)
        sites = [Site(world, f"{MARK}{position:04d}x") for position in positions]
        healthy, puts, stopped = Healthy(world), [], []
        try:
            puts = _days(world, healthy, kinds, sites)
            evidence = collect(world)
        except Exception as error:  # noqa: BLE001 - nothing goes on in this world
            stopped, evidence = ["".join(format_exception_only(error))[-300:]], Evidence([], {}, [])
        stopped += [*evidence.broken, *healthy.stopped(evidence), *_failing(world, sites)]
        puts = puts or [Trace()] * len(kinds)
        if len(kinds) == 1:
            evidence = evidence.all_of(puts[0])
        results = [_result(*each, evidence, world) for each in zip(kinds, sites, puts, strict=True)]
        return [replace(result, stopped=tuple(stopped) + result.stopped) for result in results]


def _days(world: PoisonedWorld, healthy: Healthy, kinds: Sequence[Kind], sites: Sequence[Site]) -> list[Put]:
    """Healthy work, the poison beside more of it, more of it, and some days of the schedules."""
    healthy.upload("before")
    world.settle()
    healthy.upload("beside")
    puts = [kind.put(site) for kind, site in zip(kinds, sites, strict=True)]
    world.settle()
    healthy.upload("after")
    world.settle()
    for _ in range(DAYS):
        for handler in SCHEDULES:
            world.pass_by(HOUR)
            world.run(handler, SCHEDULED)
            world.settle()
        world.pass_by(24 * HOUR)
    return puts


def _failing(world: PoisonedWorld, sites: Sequence[Site]) -> Iterator[str]:
    """Schedules that fail for ever. One may fail that names the poison in its error: then it has done the rest."""
    for handler in SCHEDULES:
        error = world.run(handler, SCHEDULED)
        text = "" if error is None else "".join(format_exception_only(error)) + str(getattr(error, "exceptions", ""))
        if error is not None and not any(site.mark in text for site in sites):
            yield f"{handler} fails for ever: {text[:300]}"


def _result(kind: Kind, site: Site, put: Put, evidence: Evidence, world: PoisonedWorld) -> Result:
    if isinstance(put, Refused):
        return Result(str(kind), f"refused: {put.reason}")
    traces = [put] if isinstance(put, Trace) else list(put)
    ends = [evidence.end_of(trace) for trace in traces]
    marks = [mark for trace in traces for mark in trace.marks]
    bodies = [trace.body for trace in traces if trace.body]
    loops = [loop for loop in world.loops if any(mark in loop for mark in marks) or any(map(loop.endswith, bodies))]
    written = [error for item, error in evidence.unreadable.items() if site.mark in item and not kind.by_hand]
    return Result(
        str(kind),
        None if None in ends else "; ".join(str(end) for end in ends),
        tuple(loops),
        tuple(f"Linewatch wrote an item that cannot be read: {error}" for error in written),
    )


@cache
def _wire() -> LimitedWire:
    """The AWS account of this process until it ends, with the clients of all handlers on one wire."""
    mock_aws().start()
    os.environ |= {"AWS_DEFAULT_REGION": REGION, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
    logging.getLogger("linewatch").handlers.clear()
    logging.getLogger("linewatch").propagate = False
    return LimitedWire()
