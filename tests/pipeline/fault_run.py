"""Run one scenario with one fault and compare the outcome, in its own process, so that many can run in parallel."""

import logging
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from os import sched_getaffinity

from moto import mock_aws

from tests.pipeline.outcome import ids_in, lost, outcome_of, twice
from tests.pipeline.photographs import artifact
from tests.pipeline.scenarios import SCENARIOS
from tests.pipeline.trainings import trained_twice, unfinished
from tests.pipeline.wire import Call, Fault, Plan, Wire
from tests.pipeline.world import deployed
from tests.support.quick_aws import hasten

MOST_PROCESSES = 4


@dataclass(frozen=True)
class Result:
    """The result of one run. `failures` are the errors of the handlers, one line each."""

    plan: Plan
    struck: bool
    calls: Sequence[Call]
    lost: Sequence[str]
    twice: Sequence[str]
    failures: Sequence[str]
    operations: Collection[str]
    """What clients called of the model service."""

    def __str__(self) -> str:
        call, fault = self.plan or ("nothing", "went wrong")
        return f"{call}: {fault}\n  lost: {self.lost}\n  twice: {self.twice}\n  failures: {self.failures}"


def may_repeat(plan: Plan) -> bool:
    """Whether an alert may be published twice: when it is not known whether SNS accepted it."""
    return plan is not None and plan[0].operation == "sns.Publish" and plan[1] is not Fault.FAILED


def attempt(scenario: str, plan: Plan) -> Result:
    """Run a scenario in its own world with this fault, and compare the outcome when all work is done."""
    wire, chosen = _wire(), SCENARIOS[scenario]
    with deployed(wire, plan, plates=artifact()) as world:
        chosen.happens(world)
        current = ids_in(world, "current")
        for _ in range(2):
            world.run_hourly("compact_lake", "send_digests")
        outcome = outcome_of(world, current)
        return Result(
            plan=plan,
            struck=wire.struck,
            calls=wire.calls,
            lost=[
                *lost(outcome, chosen.verdicts, chosen.dead),
                *unfinished(world, chosen.versions, exactly=plan is None),
                *world.noticed,
                *chosen.found(world),
            ],
            twice=[*twice(outcome, may_repeat=may_repeat(plan)), *trained_twice(world)],
            failures=[f"{handler}: {failure!r}"[:200] for handler, failure in world.failures],
            operations=world.operations,
        )


@cache
def _wire() -> Wire:
    """The AWS account of this process until it ends, with the clients of all handlers on one wire."""
    hasten()
    mock_aws().start()
    wire = Wire()
    logging.getLogger("linewatch").setLevel(logging.CRITICAL + 1)
    return wire


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """One process for each core, at most four, each with its own account."""
    count = min(MOST_PROCESSES, len(sched_getaffinity(0)))
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield pool
