"""What closed forms give for left-out groups is what a fit without the group gives."""

import numpy as np
import pytest

from chalicelib.vision.scoring.gaussian import fit_gaussian, statistics
from chalicelib.vision.scoring.gaussian_process import fit_process
from chalicelib.vision.scoring.kernel_ridge import fit_kernel_ridge, solve

RNG = np.random.default_rng(0)


def kernel_of(count: int) -> np.ndarray:
    """A kernel matrix of random vectors."""
    vectors = RNG.normal(size=(count, 6))
    return vectors @ vectors.T / 6 + 1


def test_regression_left_out_scores_are_those_of_a_fit_without_the_group() -> None:
    kernel, anomalous = kernel_of(12), np.arange(12) >= 7
    groups = np.array([0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8])
    targets, shares = np.where(anomalous, 1.0, -1.0), np.full(12, 0.7)
    _, left_out = solve(kernel, targets, shares, groups, 0.1)
    for group in range(9):
        kept, out = groups != group, groups == group
        weights = np.linalg.solve(kernel[np.ix_(kept, kept)] + np.diag(0.1 / shares[kept]), targets[kept])
        np.testing.assert_allclose(left_out[out], kernel[np.ix_(out, kept)] @ weights, atol=1e-8)
    weights, chosen = fit_kernel_ridge(kernel, anomalous, groups, np.ones(12))
    assert np.isfinite(weights).all()
    assert np.isfinite(chosen).all()


def test_a_row_with_twice_the_weight_is_a_row_given_twice() -> None:
    kernel, targets = kernel_of(9), np.where(np.arange(9) >= 5, 1.0, -1.0)
    sample_weights = np.array([1.0, 2, 1, 1, 2, 1, 2, 1, 1])
    twice = np.repeat(np.arange(9), sample_weights.astype(int))
    weights, _ = solve(kernel, targets, sample_weights, np.arange(9), 0.1)
    repeated, _ = solve(kernel[np.ix_(twice, twice)], targets[twice], np.ones(len(twice)), twice, 0.1)
    np.testing.assert_allclose(kernel @ weights, kernel[:, twice] @ repeated, atol=1e-8)


def test_left_out_deviations_are_those_of_a_process_without_the_group() -> None:
    kernel, groups = kernel_of(10), np.array([0, 0, 1, 1, 2, 3, 3, 4, 5, 5])
    training = fit_process(kernel, groups, np.arange(10))
    noise = 0.01 * (np.trace(kernel) / 10 - 1) + 1e-9
    for row in range(10):
        kept = groups != groups[row]
        inverse = np.linalg.inv(kernel[np.ix_(kept, kept)] + noise * np.eye(kept.sum()))
        left = kernel[row, row] - kernel[row, kept] @ inverse @ kernel[kept, row]
        assert training.scores[row] == pytest.approx(training.process.scaled(float(np.sqrt(left))), abs=1e-6)


def test_left_out_distances_are_those_from_a_gaussian_without_the_group() -> None:
    grids = [RNG.normal(size=(4, 3, 2)).astype(np.float32) for _ in range(12)]
    groups = np.array([0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 6])
    training = fit_gaussian(grids, groups, np.arange(12))
    vectors = training.gaussian.vectors(np.stack([statistics(grid) for grid in grids])).astype(np.float64)
    noise = 0.01 * np.square(vectors[:, :-1]).sum() / 12 + 12e-6
    for row in range(12):
        kept = vectors[groups != groups[row]]
        inverse = np.linalg.inv(kept.T @ kept + noise * np.eye(7))
        distance = float(np.sqrt(12 * vectors[row] @ inverse @ vectors[row]))
        assert training.scores[row] == pytest.approx(training.gaussian.scaled(distance), abs=1e-6)
