from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.binomial import interval


def probability(counts: range, of: int, share: float) -> float:
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in counts)


@given(st.integers(1, 150).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_each_bound_of_the_interval_leaves_what_was_seen_a_probability_of_2_5_percent(seen: tuple[int, int]) -> None:
    count, of = seen
    low, high = interval(count, of)
    assert low == 0.0 if count == 0 else probability(range(count, of + 1), of, low) == pytest.approx(0.025, rel=1e-9)
    assert high == 1.0 if count == of else probability(range(count + 1), of, high) == pytest.approx(0.025, rel=1e-9)


def test_published_values() -> None:
    """Of 10 of 100 and 0 of 20: exact intervals as R's binom.test gives them."""
    assert interval(10, 100) == pytest.approx((0.0490047, 0.1762226), abs=1e-6)
    assert interval(0, 20) == pytest.approx((0.0, 0.1684335), abs=1e-6)


def test_nothing_is_known_of_nothing() -> None:
    assert interval(0, 0) == (0.0, 1.0)


def test_large_counts_give_what_the_normal_distribution_gives() -> None:
    assert interval(50_000, 100_000) == pytest.approx((0.5 - 0.0030992, 0.5 + 0.0030992), abs=1e-5)
