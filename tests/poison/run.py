"""Put kinds of poison into one world, let some days pass, and find the end of each.

Many kinds share a world, because most of the time goes into making it. They write to one line and day; what each became
is found by its mark. Those that stop the healthy work of their world, or have no end that their marks lead to, run
again with fewer others, and at last in a world of their own. There every dead letter is their end. What stops the
healthy work only together with others is held against the first of them.
"""

import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from itertools import batched
from traceback import format_exception_only

from moto import mock_aws

from linewatch.commands.dead_letters import dead_letters
from tests.pipeline.account import REGION
from tests.pipeline.photographs import artifact
from tests.pipeline.world import HOUR, SCHEDULED, deployed
from tests.poison.evidence import Evidence, collect, command
from tests.poison.healthy import Healthy
from tests.poison.kind import MARK, Kind, Put, Refused, Site, Trace, Unanswered
from tests.poison.kinds import KINDS
from tests.poison.world import LimitedWire, PoisonedWorld
from tests.support.quick_aws import hasten

GROUP = 80
"""How many kinds share a world."""
SMALLER = (8, 1)
"""How many share one when they run again, because something went wrong in theirs."""
DAYS = 2
SCHEDULES = ("send_digests", "compact_lake", "reconcile", "fail_overdue_trainings")


@dataclass(frozen=True)
class Result:
    """What became of one kind. `end` is None when it was lost in silence; the others say what else happened."""

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


def surfaces() -> list[str]:
    """Every surface, in order."""
    return list(dict.fromkeys(kind.surface for kind in KINDS))


class Tries:
    """The kinds of some surfaces, on their way in the processes of a pool."""

    def __init__(self, surfaces: Collection[str], pool: Executor) -> None:
        wanted = [at for at, kind in enumerate(KINDS) if kind.surface in surfaces]
        self._pool = pool
        self._running = {group: pool.submit(attempt, group) for group in batched(wanted, GROUP)}
        """By positions in `KINDS`."""
        self._found: dict[int, Result] = {}

    def results(self, surface: str) -> list[Result]:
        """Wait for the result of each kind of a surface: that of a shared world, unless something went wrong in it."""
        wanted = [at for at, kind in enumerate(KINDS) if kind.surface == surface]
        for group in [group for group in self._running if not {*group}.isdisjoint(wanted)]:
            self._found |= self._ends(group, self._running.pop(group).result())
        return [self._found[at] for at in wanted]

    def _ends(self, group: Sequence[int], results: Sequence[Result]) -> dict[int, Result]:
        found = dict(zip(group, results, strict=True))
        for size in SMALLER:
            again = [at for at, result in found.items() if not result.held]
            for part, ends in zip(batched(again, size), self._pool.map(attempt, batched(again, size)), strict=True):
                found |= zip(part, ends, strict=True)
        together = next((result for result in results if result.stopped), None)
        if together is not None and all(result.held for result in found.values()):
            found[group[0]] = replace(found[group[0]], stopped=(f"together with others: {together}",))
        return found


def attempt(positions: Sequence[int]) -> list[Result]:
    """Run these kinds of `KINDS` in one world."""
    kinds = [KINDS[position] for position in positions]
    with deployed(_wire(), make=PoisonedWorld, plates=artifact()) as world:
        assert isinstance(world, PoisonedWorld)
        sites = [Site(world, f"{MARK}{position:04d}x") for position in positions]
        healthy = Healthy(world)
        puts: list[Put] = []
        stopped: list[str] = []
        try:
            _work(healthy, kinds, sites, puts)
            stopped += _redrive(world)
            stopped += _failing([_day(world) for _ in range(DAYS)][-1], sites)
            evidence = collect(world)
        except Exception as error:  # noqa: BLE001 - nothing goes on in this world
            stopped, evidence = [f"nothing goes on: {_described(error)}"], Evidence([], {}, [])
        stopped += [*evidence.broken, *healthy.stopped(evidence)]
        puts += [Trace()] * (len(kinds) - len(puts))
        if len(kinds) == 1:
            evidence = evidence.all_of(_traces(puts[0]))
        results = [_result(*each, evidence, world) for each in zip(kinds, sites, puts, strict=True)]
        return [replace(result, stopped=(*result.stopped, *stopped)) for result in results]


def _work(healthy: Healthy, kinds: Sequence[Kind], sites: Sequence[Site], puts: list[Put]) -> None:
    """Healthy work before, beside and after the poison. Appends to `puts` what became of each kind.

    When the poison comes, healthy images are in the inspection queue, in the stream, and in the queues of events.
    """
    world = healthy.world
    healthy.upload("before")
    world.settle()
    healthy.ask_for_training()
    healthy.upload("published")
    world.deliver("route_images")
    world.deliver("inspect_images")
    world.relay()
    healthy.upload("inspected")
    world.deliver("route_images")
    world.deliver("inspect_images")
    healthy.upload("announced")
    world.deliver("route_images")
    for kind, site in zip(kinds, sites, strict=True):
        try:
            puts.append(kind.put(site))
        except Exception as error:  # noqa: BLE001 - Linewatch raised where it should have answered
            puts.append(Unanswered(_described(error)))
    world.settle()
    healthy.upload("after")
    world.settle()


def _redrive(world: PoisonedWorld) -> Iterator[str]:
    """Send all dead letters again, if a kind asked for it; the command's failure."""
    if world.redriven:
        _, error = command(world, dead_letters, "redrive", "--all")
        world.settle()
        yield from () if error is None else (error,)


def _day(world: PoisonedWorld) -> dict[str, BaseException | None]:
    """Let a day pass; the error of each schedule, if it failed."""
    errors = {}
    world.pass_by(24 * HOUR)
    for handler in SCHEDULES:
        world.pass_by(HOUR)
        errors[handler] = world.run(handler, SCHEDULED)
        world.settle()
    return errors


def _failing(errors: Mapping[str, BaseException | None], sites: Sequence[Site]) -> Iterator[str]:
    """Schedules that still fail. One may fail that names the poison in its error: then it has done the rest."""
    for handler, error in errors.items():
        text = "" if error is None else f"{_described(error)} {getattr(error, 'exceptions', '')}"
        if error is not None and not any(site.mark in text for site in sites):
            yield f"{handler} fails for ever: {text[:300]}"


def _described(error: BaseException) -> str:
    return "".join(format_exception_only(error)).strip()[:1000]


def _traces(put: Put) -> Sequence[Trace]:
    match put:
        case Trace():
            return [put]
        case Refused() | Unanswered():
            return []
        case _:
            return put


def _result(kind: Kind, site: Site, put: Put, evidence: Evidence, world: PoisonedWorld) -> Result:
    if isinstance(put, Refused):
        return Result(str(kind), f"refused: {put.reason}")
    if isinstance(put, Unanswered):
        return Result(str(kind), put.reason, stopped=(put.reason,))
    traces = _traces(put)
    ends = [evidence.end_of(trace) for trace in traces]
    marks = [mark for trace in traces for mark in trace.marks]
    bodies = [trace.body for trace in traces if trace.body]
    loops = [loop for loop in world.loops if any(mark in loop for mark in marks) or loop.endswith(tuple(bodies))]
    written = [error for item, error in evidence.unreadable.items() if site.mark in item and not kind.by_hand]
    halfway = [] if kind.by_hand else list(evidence.halfway(site.mark))
    return Result(
        str(kind),
        None if None in ends or halfway else "; ".join(str(end) for end in ends),
        tuple(loops),
        (*halfway, *(f"Linewatch wrote an item that cannot be read: {error}" for error in written)),
    )


@cache
def _wire() -> LimitedWire:
    """The AWS account of this process until it ends, with the clients of all handlers on one wire."""
    hasten()
    mock_aws().start()
    os.environ |= {"AWS_DEFAULT_REGION": REGION, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
    logging.getLogger("linewatch").handlers[:] = [logging.NullHandler()]
    logging.getLogger("linewatch").propagate = False
    return LimitedWire()
