"""The simulation agrees with what can be calculated by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewatch.dev.scale.limits import Figures, Step, first_limit, steps
from linewatch.dev.scale.simulation import simulate

FIGURES = Figures(
    inspect_invocation=0.02,
    inspect_image=0.04,
    relay_invocation=0.02,
    relay_image=0.001,
    archive_invocation=0.2,
    archive_image=0.0001,
)


def one_step(workers: int = 1, image: float = 0.1) -> list[Step]:
    return [Step(name="only", workers=workers, batch=10, invocation=0.0, image=image, remedy="more workers")]


def test_a_chain_that_keeps_up_has_almost_no_backlog() -> None:
    outcome = simulate(one_step(), lambda _: 5.0, arrivals=100, until=200)
    assert outcome.images == 500
    assert outcome.peak_backlog <= 10


def test_a_backlog_grows_above_the_capacity_and_then_drains() -> None:
    outcome = simulate(one_step(), lambda _: 15.0, arrivals=100, until=400)
    assert outcome.peak_backlog == pytest.approx(500, rel=0.05)
    assert outcome.drained_at == pytest.approx(150, rel=0.05)


def test_a_stopped_model_leaves_its_images_in_the_queue_until_it_starts() -> None:
    outcome = simulate(one_step(workers=2), lambda _: 10.0, arrivals=100, until=400, opens_at=50)
    assert outcome.peak_backlog == pytest.approx(500, rel=0.05)
    assert outcome.drained_at == pytest.approx(100, abs=3)


def test_a_backlog_that_never_drains_has_no_time() -> None:
    assert simulate(one_step(), lambda _: 15.0, arrivals=100, until=110).drained_at is None


@settings(max_examples=20)
@given(rate=st.integers(1, 60), workers=st.integers(1, 4))
def test_more_workers_never_wait_longer(rate: int, workers: int) -> None:
    slow, fast = (simulate(one_step(n), lambda _: rate, arrivals=60, until=1200) for n in (workers, workers + 1))
    assert fast.peak_backlog <= slow.peak_backlog + 10 * (workers + 1)


def test_the_first_limit_is_the_lowest() -> None:
    chain = steps(FIGURES, units=2)
    assert first_limit(10, chain, lines=1) is None
    limit = first_limit(2000, chain, lines=1)
    assert limit is not None
    assert limit.name == "inspect_images"
    assert limit.capacity == pytest.approx(2 * 10 / 0.42)


def test_a_million_images_are_simulated_in_parcels_without_losing_any() -> None:
    outcome = simulate(steps(FIGURES, units=60), lambda _: 1000.0, arrivals=1000, until=3000)
    assert outcome.images == 1_000_000
    assert outcome.drained_at is not None
