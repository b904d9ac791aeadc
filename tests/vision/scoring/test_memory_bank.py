"""Distances, maps and their statistics against their definition, computed slowly."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.vision.arrays import smoothed
from chalicelib.vision.scoring.memory_bank import fit_statistics, top_scores
from chalicelib.vision.scoring.patch_search import distances, index_of, nearest

RNG = np.random.default_rng(0)


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
    found = distances(query, index_of(normals, radius), radius)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_array_equal(nearest(query, index_of(normals, radius), radius), found.min(axis=0))


def test_a_normals_map_is_in_units_of_what_is_usual_in_the_other_groups() -> None:
    maps, groups = RNG.random((8, 6, 6)).astype(np.float32), np.array([0, 0, 1, 2, 2, 3, 4, 4])
    known = np.ones(maps.shape, np.bool_)
    statistics, deviations = fit_statistics(maps, known, groups)
    for row in range(8):
        others = maps[groups != groups[row]]
        local = np.sqrt(smoothed(others.var(axis=0), 1.0))
        spread = 0.7 * local + 0.3 * local.mean() + 1e-3
        np.testing.assert_allclose(
            deviations[row], (maps[row] - smoothed(others.mean(axis=0), 1.0)) / spread, atol=1e-4
        )
    tops = np.stack([top_scores(each.ravel()) for each in deviations])
    np.testing.assert_allclose(statistics.score_mean, tops.mean(axis=0))
    np.testing.assert_allclose(statistics.mean, smoothed(maps.mean(axis=0), 1.0), atol=1e-6)


def test_a_place_that_hardly_any_image_shows_is_judged_as_all_places_are() -> None:
    maps, groups = RNG.random((8, 6, 6)).astype(np.float32), np.arange(8)
    known = np.ones(maps.shape, np.bool_)
    known[1:, :, 0] = False
    wild = maps.copy()
    wild[1:, :, 0] = 1e6
    statistics, _ = fit_statistics(wild, known, groups)
    assert 0 < statistics.mean.max() < 1
    assert 0 < statistics.spread.max() < 1


@given(lift=st.floats(0, 50))
def test_what_rises_everywhere_alike_does_not_raise_the_top_scores(lift: float) -> None:
    found = np.random.default_rng(1).normal(0.2, 1, 1024).astype(np.float32)
    np.testing.assert_allclose(top_scores(found + np.float32(lift)), top_scores(found), atol=1e-3)
