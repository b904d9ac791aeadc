"""Metrics against their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chalicelib.vision import metrics

RNG = np.random.default_rng(0)


@given(scores=arrays(np.float64, st.integers(2, 30), elements=st.integers(0, 8).map(float)), seed=st.integers(0, 99))
def test_auroc_is_the_chance_that_an_anomaly_ranks_above_a_normal(scores: np.ndarray, seed: int) -> None:
    truths = np.random.default_rng(seed).random(len(scores)) < 0.5
    pairs = [(a > n) + 0.5 * (a == n) for a in scores[truths] for n in scores[~truths]]
    found = metrics.auroc(scores, truths)
    assert (found is None) if not pairs else found == pytest.approx(np.mean(pairs))


def test_average_precision_and_calibration_of_a_small_example() -> None:
    truths = [1, 0, 1, 0]
    assert metrics.average_precision([0.9, 0.8, 0.7, 0.1], truths) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.brier([1, 0, 0.5, 0.5], truths) == pytest.approx((0 + 0 + 0.25 + 0.25) / 4)
    assert metrics.expected_calibration_error([0.9, 0.9, 0.9, 0.9], truths) == pytest.approx(0.4)


def test_pixel_scores_agree_with_the_auroc_of_all_pixels() -> None:
    heats = [RNG.random((20, 30)).astype(np.float32) for _ in range(3)]
    masks = [heat + RNG.normal(0, 0.3, heat.shape) > 0.8 for heat in heats]
    exact = metrics.auroc(np.concatenate([h.ravel() for h in heats]), np.concatenate([m.ravel() for m in masks]))
    found, best = metrics.pixel_scores(heats, masks)
    assert found == pytest.approx(exact, abs=2e-3)
    assert metrics.pixel_scores([np.ones((2, 2), np.float32)], [np.zeros((2, 2), bool)])[0] is None
    assert 0 < best < 1
