"""Each fast step against the plain sentence that it stands for, computed slowly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chalicelib.vision import metrics
from chalicelib.vision.arrays import boxed, cell_mean, halved, smoothed
from chalicelib.vision.familiar import fit_familiar
from chalicelib.vision.filters import blurred, filter_features, opponent, sobel
from chalicelib.vision.matching import bank_of, distances, nearest
from chalicelib.vision.normal import fit_usual, top_scores
from chalicelib.vision.ridge import fit_ridge
from chalicelib.vision.whole import CLIP, described, kept, unpacked

RNG = np.random.default_rng(0)


def at(plane: np.ndarray, y: int, x: int) -> float:
    """A pixel, the edge repeated outside."""
    return float(plane[min(max(y, 0), plane.shape[0] - 1), min(max(x, 0), plane.shape[1] - 1)])


def slow_sobel(plane: np.ndarray, y: int, x: int) -> tuple[float, float]:
    """Along x and along y at one pixel."""
    weights = (1, 2, 1)
    across = sum(w * (at(plane, y + k - 1, x + 1) - at(plane, y + k - 1, x - 1)) for k, w in enumerate(weights))
    down = sum(w * (at(plane, y + 1, x + k - 1) - at(plane, y - 1, x + k - 1)) for k, w in enumerate(weights))
    return across, down


def slow_level(plane: np.ndarray, cell: int) -> np.ndarray:
    """The 10 lightness channels of one pyramid level: 8 directions, bright and dark spots."""
    height, width = plane.shape
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    channels = np.zeros((10, height // cell, width // cell))
    for y in range(height):
        for x in range(width):
            gx, gy = slow_sobel(plane, y, x)
            blur = sum(kernel[i] * kernel[j] * at(plane, y + i - 2, x + j - 2) for i in range(5) for j in range(5))
            detail = plane[y, x] - blur
            rectified = [max(0, gx * np.cos(k * np.pi / 4) + gy * np.sin(k * np.pi / 4)) for k in range(8)]
            channels[:, y // cell, x // cell] += np.array([*rectified, max(detail, 0), max(-detail, 0)]) / cell**2
    return np.sqrt(channels)


def test_features_are_the_rectified_gradients_and_spots_of_the_definition() -> None:
    photo = RNG.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    grid = filter_features(photo)
    lightness = opponent(photo)[0].astype(np.float64)
    expected = slow_level(lightness, 8).transpose(1, 2, 0)
    assert grid.shape == (4, 4, 62)
    np.testing.assert_allclose(grid[..., 6:16], expected, atol=2e-3)


def test_the_next_level_is_the_blurred_plane_at_every_second_pixel() -> None:
    planes = RNG.random((3, 32, 32)).astype(np.float32)
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    y, x = 5, 31
    expected = sum(kernel[i] * kernel[j] * at(planes[1], y + i - 2, x + j - 2) for i in range(5) for j in range(5))
    assert blurred(planes)[1, y, x] == pytest.approx(expected, abs=1e-6)
    across, down = sobel(planes)
    assert (across[2, 0, 31], down[2, 0, 31]) == pytest.approx(slow_sobel(planes[2], 0, 31), abs=1e-5)


def test_cell_statistics_are_plain_means_and_deviations() -> None:
    photo = RNG.integers(0, 256, (32, 64, 3), dtype=np.uint8)
    cells = opponent(photo).reshape(3, 4, 8, 8, 8)
    grid = filter_features(photo)
    np.testing.assert_allclose(grid[..., :3], cells.mean(axis=(2, 4)).transpose(1, 2, 0), atol=1e-5)
    np.testing.assert_allclose(grid[..., 3:6], cells.std(axis=(2, 4)).transpose(1, 2, 0), atol=1e-3)


@settings(max_examples=15, deadline=None)
@given(
    height=st.integers(1, 6),
    width=st.integers(1, 9),
    count=st.integers(1, 4),
    radius=st.integers(0, 3),
    seed=st.integers(0, 999),
)
def test_distances_are_those_of_the_nearest_cell_within_the_radius(
    height: int, width: int, count: int, radius: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(count, height, width, 5)).astype(np.float16)
    query = rng.normal(size=(height, width, 5)).astype(np.float32)
    expected = np.full((count, height, width), np.inf)
    for y, x in np.ndindex(height, width):
        around = normals[:, max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1].astype(np.float64)
        expected[:, y, x] = np.linalg.norm(around - query[y, x], axis=-1).min(axis=(1, 2))
    found = distances(query, bank_of(normals, radius), radius)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_array_equal(nearest(query, bank_of(normals, radius), radius), found.min(axis=0))


def test_box_halves_cells_and_gauss_are_means() -> None:
    grid = RNG.random((6, 8, 3)).astype(np.float32)
    assert boxed(grid)[2, 3, 1] == pytest.approx(grid[1:4, 2:5, 1].mean(), abs=1e-6)
    assert halved(grid)[1, 2, 0] == pytest.approx(grid[2:4, 4:6, 0].mean(), abs=1e-6)
    assert cell_mean(grid[..., 0], 2)[2, 3] == pytest.approx(grid[4:6, 6:8, 0].mean(), abs=1e-6)
    np.testing.assert_allclose(smoothed(np.full((5, 7), 3, np.float32), 1.0), 3, atol=1e-5)


def test_the_covariance_part_of_the_descriptor_is_its_logarithm() -> None:
    grid = RNG.normal(size=(8, 8, 4)).astype(np.float32)
    cells = grid.reshape(-1, 4)
    covariance = np.cov(cells.T, bias=True) + 0.01 * np.eye(4)
    values, vectors = np.linalg.eigh(covariance)
    logarithm = vectors @ np.diag(np.log(values)) @ vectors.T
    found = described(cells, np.ones(4, np.float32))
    np.testing.assert_allclose(found[12:], logarithm[np.triu_indices(4)], atol=1e-4)


def gram_of(count: int) -> np.ndarray:
    """A kernel matrix of random vectors."""
    vectors = RNG.normal(size=(count, 6))
    return vectors @ vectors.T / 6 + 1


def test_regression_left_out_scores_are_those_of_a_fit_without_the_group() -> None:
    gram, anomalous = gram_of(12), np.arange(12) >= 7
    groups = np.array([0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8])
    from chalicelib.vision.ridge import solved

    targets, shares = np.where(anomalous, 1.0, -1.0), np.full(12, 0.7)
    _, left_out = solved(gram, targets, shares, groups, 0.1)
    for group in range(9):
        kept, out = groups != group, groups == group
        weights = np.linalg.solve(gram[np.ix_(kept, kept)] + np.diag(0.1 / shares[kept]), targets[kept])
        np.testing.assert_allclose(left_out[out], gram[np.ix_(out, kept)] @ weights, atol=1e-8)
    weights, chosen = fit_ridge(gram, anomalous, groups, np.ones(12))
    assert np.isfinite(weights).all()
    assert np.isfinite(chosen).all()


def test_a_row_with_twice_the_say_is_a_row_given_twice() -> None:
    from chalicelib.vision.ridge import solved

    gram, targets = gram_of(9), np.where(np.arange(9) >= 5, 1.0, -1.0)
    say = np.array([1.0, 2, 1, 1, 2, 1, 2, 1, 1])
    twice = np.repeat(np.arange(9), say.astype(int))
    weights, _ = solved(gram, targets, say, np.arange(9), 0.1)
    repeated, _ = solved(gram[np.ix_(twice, twice)], targets[twice], np.ones(len(twice)), twice, 0.1)
    np.testing.assert_allclose(gram @ weights, gram[:, twice] @ repeated, atol=1e-8)


def test_a_normals_map_is_in_units_of_what_is_usual_in_the_other_groups() -> None:
    maps, groups = RNG.random((8, 6, 6)).astype(np.float32), np.array([0, 0, 1, 2, 2, 3, 4, 4])
    known = np.ones(maps.shape, np.bool_)
    usual, deviations = fit_usual(maps, known, groups)
    for row in range(8):
        others = maps[groups != groups[row]]
        local = np.sqrt(smoothed(others.var(axis=0), 1.0))
        spread = 0.7 * local + 0.3 * local.mean() + 1e-3
        np.testing.assert_allclose(
            deviations[row], (maps[row] - smoothed(others.mean(axis=0), 1.0)) / spread, atol=1e-4
        )
    tops = np.stack([top_scores(each.ravel()) for each in deviations])
    np.testing.assert_allclose(usual.score_mean, tops.mean(axis=0))
    np.testing.assert_allclose(usual.mean, smoothed(maps.mean(axis=0), 1.0), atol=1e-6)


def test_a_place_that_hardly_any_image_shows_is_judged_as_all_places_are() -> None:
    maps, groups = RNG.random((8, 6, 6)).astype(np.float32), np.arange(8)
    known = np.ones(maps.shape, np.bool_)
    known[1:, :, 0] = False
    wild = maps.copy()
    wild[1:, :, 0] = 1e6
    usual, _ = fit_usual(wild, known, groups)
    assert 0 < usual.mean.max() < 1
    assert 0 < usual.spread.max() < 1


@given(lift=st.floats(0, 50))
def test_what_rises_everywhere_alike_does_not_raise_the_top_scores(lift: float) -> None:
    found = np.random.default_rng(1).normal(0.2, 1, 1024).astype(np.float32)
    np.testing.assert_allclose(top_scores(found + np.float32(lift)), top_scores(found), atol=1e-3)


@given(arrays(np.float32, 20, elements=st.floats(-CLIP, CLIP, width=32)))
def test_kept_vectors_lose_no_more_than_half_a_step(vector: np.ndarray) -> None:
    np.testing.assert_allclose(unpacked(kept(vector)), vector, atol=0.5 / 15 + 1e-5)


def test_familiarity_left_out_is_that_of_a_process_without_the_group() -> None:
    gram, groups = gram_of(10), np.array([0, 0, 1, 1, 2, 3, 3, 4, 5, 5])
    familiar, scores = fit_familiar(gram, groups, np.arange(10))
    noise = 0.01 * (np.trace(gram) / 10 - 1) + 1e-9
    for row in range(10):
        kept = groups != groups[row]
        inverse = np.linalg.inv(gram[np.ix_(kept, kept)] + noise * np.eye(kept.sum()))
        left = gram[row, row] - gram[row, kept] @ inverse @ gram[kept, row]
        assert scores[row] == pytest.approx(familiar.scaled(float(np.sqrt(left))), abs=1e-6)


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
