"""Whatever comes in anywhere has an end that people can see, goes round nowhere, and stops nothing else.

Each kind of poison is put where it can come from, between healthy work on its line and on another. Then some days
pass. Its end is a verdict, a dead letter with an error, a refusal where it came in, or a report of the function or the
command that reads many. All healthy images must have their verdict, row and alert; the lists, the comparison and the
schedules must go on.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.pipeline.fault_run import processes
from tests.poison.kinds import KINDS
from tests.poison.run import Result, Tries, surfaces

LEAST = 300


def test_there_are_enough_kinds_and_each_has_a_name_of_its_own() -> None:
    names = [str(kind) for kind in KINDS]
    assert len(set(names)) == len(names) >= LEAST


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with processes() as started:
        yield started


@pytest.fixture(scope="module")
def tries(pool: ProcessPoolExecutor, request: pytest.FixtureRequest) -> Tries:
    """The kinds of all surfaces that were asked for, so that no process waits for the end of one surface."""
    wanted = [item.callspec.params.get("surface") for item in request.session.items if hasattr(item, "callspec")]
    return Tries({surface for surface in surfaces() if surface in wanted}, pool)


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> Iterator[list[Result]]:
    """Filled by each surface; the count of all is printed at the end."""
    found: list[Result] = []
    yield found
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{_summary(found)}")


@pytest.mark.faults
@pytest.mark.parametrize("surface", surfaces())
def test_poison_has_an_end_and_stops_nothing(surface: str, tries: Tries, results: list[Result]) -> None:
    found = tries.results(surface)
    results += found
    bad = [str(result) for result in found if not result.held]
    assert not bad, "\n".join([_summary(found), *bad])


def _summary(results: list[Result]) -> str:
    lost = sum(result.end is None for result in results)
    loops = sum(bool(result.loops) for result in results)
    stopped = sum(bool(result.stopped) for result in results)
    return f"{len(results)} kinds tried, {lost} lost in silence, {loops} loops, {stopped} stopped the rest"
