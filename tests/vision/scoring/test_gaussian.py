import numpy as np
import pytest

from chalicelib.vision.arrays import Grid
from chalicelib.vision.scoring.gaussian import GaussianTraining, fit_gaussian, statistics

COUNT = 30


def grids(count: int, seed: int, shift: float = 0.0) -> list[Grid]:
    """Random cells of images that differ in the mean of their channels, which rise and fall together."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(count, 1, 1, 1)) + np.array([shift, -shift, 0.0])
    return [each.astype(np.float32) for each in common + 0.1 * rng.normal(size=(count, 6, 5, 3))]


def fitted(**more: float) -> GaussianTraining:
    """A Gaussian of normals, and the scores of them and of as many images that are not fitted to."""
    every = grids(COUNT, 0) + grids(COUNT, 1, **more)
    return fit_gaussian(every, np.arange(2 * COUNT), np.arange(COUNT))


def test_statistics_are_means_deviations_and_maxima_of_the_channels() -> None:
    grid = np.array([[[1.0, 10.0], [3.0, 10.0]]], np.float32)
    assert statistics(grid).tolist() == [2, 10, 1, 0, 3, 10]


def test_new_normals_score_as_those_that_were_left_out() -> None:
    scores = fitted().scores
    assert abs(np.sinh(scores[:COUNT]).mean()) < 1e-6
    assert np.median(scores[COUNT:]) == pytest.approx(np.median(scores[:COUNT]), abs=0.5)


def test_channels_that_do_not_rise_together_are_far_from_normal() -> None:
    """Each alone is as usual: their covariance is not."""
    scores = fitted(shift=1.0).scores
    assert scores[COUNT:].min() > scores[:COUNT].max()


def test_the_numbers_of_the_file_score_as_those_of_training() -> None:
    training = fitted(shift=0.2)
    found = [training.gaussian.score(grid) for grid in grids(COUNT, 1, 0.2)]
    np.testing.assert_allclose(found, training.scores[COUNT:], atol=0.01)


def test_a_channel_that_never_varies_says_nothing() -> None:
    every = grids(COUNT, 0)
    for grid in every:
        grid[..., 2] = 0.5
    gaussian = fit_gaussian(every, np.arange(COUNT), np.arange(COUNT)).gaussian
    other = every[0].copy()
    other[..., 2] = 40
    assert gaussian.score(other) == gaussian.score(every[0])
