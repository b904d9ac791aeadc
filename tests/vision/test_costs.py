"""What thresholds cost, held against a slow count over all of them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.costs import Costs, HeldOut, Step, best, expectation, sensible, step_at, steps
from chalicelib.vision.model_bytes import ModelFileError, held_out, with_threshold
from chalicelib.vision.model_file import load, save
from chalicelib.vision.threshold import expected_cost, moved_to
from chalicelib.vision.training.train import Training

CHANCES = st.lists(st.integers(0, 20).map(lambda each: each / 20), min_size=1, max_size=12)
HELD = st.builds(HeldOut, st.integers(0, 40).map(lambda each: each / 40), CHANCES, CHANCES)
PRICES = st.floats(0, 1000)
COSTS = st.builds(Costs, PRICES, PRICES, st.floats(0, 1))
GRID = np.linspace(0, 1, 161)
"""Has a threshold between any two of the probabilities, and each of them."""
ROUNDING = 1e-6
"""The costs of 1,000 parts are up to a million."""


def pairs(found: list[Step]) -> set[tuple[int, int]]:
    return {(each.escapes, each.rejects) for each in found}


@given(held=HELD)
def test_steps_are_all_counts_that_thresholds_can_make(held: HeldOut) -> None:
    found = steps(held)
    assert pairs(found) == pairs([step_at(held, float(each)) for each in GRID])
    assert all(step_at(held, each.threshold) == each for each in found)
    assert all(lower.threshold < higher.threshold for lower, higher in pairwise(found))


@given(held=HELD)
def test_a_sensible_step_is_beaten_by_none(held: HeldOut) -> None:
    every = pairs(steps(held))
    beaten = {(e, r) for e, r in every if any(f <= e and s <= r and (f, s) != (e, r) for f, s in every)}
    assert pairs(sensible(held)) == every - beaten


@given(held=HELD, costs=COSTS)
def test_the_best_step_costs_no_more_than_any_threshold(held: HeldOut, costs: Costs) -> None:
    found = best(held, costs, resamples=3)
    least = min(slow_cost(held, float(each), costs) for each in GRID)
    assert slow_cost(held, found.step.threshold, costs) == pytest.approx(least)
    assert found.saving == pytest.approx(slow_cost(held, held.threshold, costs) - least, abs=ROUNDING)
    assert found.saving >= -ROUNDING


def slow_cost(held: HeldOut, threshold: float, costs: Costs) -> float:
    """Of 1,000 parts, by the mean of the beta distribution that uniform shares become."""
    escaped = (np.sum(np.array(held.anomalies) <= threshold) + 1) / (len(held.anomalies) + 2)
    rejected = (np.sum(np.array(held.normals) > threshold) + 1) / (len(held.normals) + 2)
    share = costs.defect_share
    return float(1000 * (share * escaped * costs.escape + (1 - share) * rejected * costs.reject))


@given(held=HELD, costs=COSTS)
def test_a_dearer_escape_never_raises_the_threshold(held: HeldOut, costs: Costs) -> None:
    dearer = Costs(costs.escape * 2 + 1, costs.reject, costs.defect_share)
    first, second = (best(held, each, resamples=2).step for each in (costs, dearer))
    assert second.escapes <= first.escapes


def test_the_range_has_the_best_threshold_and_narrows_with_more_images() -> None:
    costs = Costs(50, 1, 0.02)
    chance = np.random.default_rng(5)

    def found(times: int) -> tuple[float, float, float]:
        normals, anomalies = chance.beta(1, 5, 40 * times), chance.beta(5, 1.5, 20 * times)
        shown = best(HeldOut(0.5, normals.tolist(), anomalies.tolist()), costs, resamples=100)
        return shown.thresholds.low, shown.step.threshold, shown.thresholds.high

    few, many = found(1), found(40)
    assert few[0] <= few[1] <= few[2]
    assert many[2] - many[0] < few[2] - few[0]


def test_the_same_images_give_the_same_range() -> None:
    held = HeldOut(0.5, [0.1, 0.2, 0.6], [0.4, 0.8])
    assert best(held, Costs(9, 1, 0.1)) == best(held, Costs(9, 1, 0.1))


def test_where_all_is_best_the_present_threshold_stays() -> None:
    held = HeldOut(0.37, [0.1, 0.2], [0.8, 0.9])
    found = best(held, Costs(9, 1, 0.1))
    assert (found.step.threshold, found.saving) == (0.37, 0)


def test_without_anomalies_nothing_is_best() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        best(HeldOut(0.5, [0.1], []), Costs(9, 1, 0.1))


def test_a_file_with_another_threshold_is_that_of_the_moved_detector(from_both: Training) -> None:
    content = save(from_both.detector)
    assert with_threshold(content, 0.25) == save(moved_to(from_both.detector, 0.25))
    assert load(with_threshold(content, 0.25)).threshold == 0.25


def test_what_a_file_keeps_costs_what_the_detector_says(from_both: Training) -> None:
    detector, costs = from_both.detector, Costs(9, 1, 0.1)
    held = held_out(save(detector))
    assert held.threshold == detector.threshold
    assert expectation(step_at(held, 0.3), held, costs).cost == expected_cost(detector, 0.3, costs)


@pytest.mark.parametrize("damage", [lambda file: file[:100], lambda file: file[:-1], lambda file: file[:-1] + b"x"])
def test_a_damaged_file_is_not_moved(from_both: Training, damage: object) -> None:
    assert callable(damage)
    with pytest.raises(ModelFileError, match=r"damaged|cut short"):
        with_threshold(damage(save(from_both.detector)), 0.25)
