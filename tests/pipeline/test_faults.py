"""A fault at every call: whichever request to AWS fails, and however, nothing is lost and nothing is there twice.

The calls are recorded from the handlers themselves, so that a new one cannot be forgotten. An alert may be published
twice, with the same id, if SNS's answer is lost; a dead letter may be sent twice if the queue's answer is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, product, repeat

import pytest

import app
from tests.pipeline.fault_run import Result, attempt, processes
from tests.pipeline.model_service import HANDLER, WRITING
from tests.pipeline.scenarios import SCENARIOS
from tests.pipeline.wire import Call, Fault

THREE = (Fault.FAILED, Fault.LOST, Fault.KILLED)
ON_THE_WAY = {
    "route_images",
    "inspect_images",
    "relay_changes",
    "archive_results",
    "raise_alerts",
    "send_digests",
    "compact_lake",
    "note_lost_images",
    "reconcile",
}
"""The handlers that an image, its alert and its row pass."""

AUTHORIZER = "authorize"

pytestmark = pytest.mark.faults

type Where = tuple[str, Call]
"""A scenario and one of its calls."""
type Strike = Callable[[Sequence[tuple[Where, Fault]]], list[str]]
"""Lets each call fail in its way, prints a summary and returns what is wrong."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with processes() as started:
        yield started


@pytest.fixture(scope="module")
def recorded(pool: ProcessPoolExecutor) -> dict[str, Result]:
    """Each scenario without a fault."""
    return dict(zip(SCENARIOS, pool.map(attempt, SCENARIOS, repeat(None)), strict=True))


@pytest.fixture
def strike(pool: ProcessPoolExecutor, capsys: pytest.CaptureFixture[str]) -> Strike:
    def strike_and_print(plans_of_calls: Sequence[tuple[Where, Fault]]) -> list[str]:
        scenarios = [scenario for (scenario, _), _ in plans_of_calls]
        plans = [(call, fault) for (_, call), fault in plans_of_calls]
        found = list(pool.map(attempt, scenarios, plans))
        lost, twice = sum(len(each.lost) for each in found), sum(len(each.twice) for each in found)
        with capsys.disabled():
            calls = len({where for where, _ in plans_of_calls})
            print(f"\n{'; '.join({*scenarios})}: {calls} calls, {len(found)} faults, {lost} lost, {twice} twice")
        return [str(each) for each in found if each.lost or each.twice or not each.struck]

    return strike_and_print


def test_without_a_fault_everything_is_there_once(recorded: dict[str, Result]) -> None:
    assert [str(found) for found in recorded.values() if found.lost or found.twice] == []


def test_the_scenarios_drive_every_event_handler(recorded: dict[str, Result]) -> None:
    called = {call.handler for found in recorded.values() for call in found.calls}
    assert called - {HANDLER, AUTHORIZER} == {source.name for source in app.app.event_sources}


def test_the_scenarios_drive_every_route_of_the_model_service_that_changes_something(
    recorded: dict[str, Result],
) -> None:
    assert {operation for found in recorded.values() for operation in found.operations} >= WRITING


@pytest.fixture(scope="module")
def chosen(recorded: dict[str, Result]) -> Sequence[tuple[Where, Fault]]:
    """The first call at every line of a handler's code that calls AWS.

    Each in three ways on the way of an image, and elsewhere in one of the three in turn. The long test tries all.
    """
    first: dict[tuple[str, str], Where] = {}
    for scenario, found in recorded.items():
        for call in found.calls:
            first.setdefault((call.handler, call.site), (scenario, call))
    on_the_way = [where for (handler, _), where in first.items() if handler in ON_THE_WAY]
    elsewhere = [where for (handler, _), where in first.items() if handler not in ON_THE_WAY]
    return [*product(on_the_way, THREE), *zip(elsewhere, cycle(THREE), strict=False)]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_at_any_call_loses_nothing_and_doubles_nothing(
    scenario: str, chosen: Sequence[tuple[Where, Fault]], strike: Strike
) -> None:
    assert strike([(where, fault) for where, fault in chosen if where[0] == scenario]) == []


@pytest.mark.long
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_at_a_repeated_call_loses_nothing_and_doubles_nothing(
    scenario: str, recorded: dict[str, Result], strike: Strike
) -> None:
    """Every call of a scenario, also as a retry of the SDK after a lost answer."""
    calls = [(scenario, call) for call in recorded[scenario].calls]
    assert strike(list(product(calls, Fault))) == []
