"""The map that marked defects teach."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.vision.scoring.cell_bank import CellSamples
from chalicelib.vision.scoring.discriminant import DiscriminantTraining, fit_discriminant, mean_around


def marked_samples(normals: int = 20, anomalies: int = 6, seed: int = 0) -> tuple[CellSamples, NDArray[np.float32]]:
    """Random cells; a defect is 3 more in the first channel, which is a third as much as normals vary in the second."""
    rng = np.random.default_rng(seed)
    grids = rng.normal(size=(normals + anomalies, 6, 7, 3)) * [1, 9, 1]
    marked = np.zeros(grids.shape[:3], np.float32)
    marked[normals:, 2, 3] = 0.5
    grids[normals:, 2, 3, 0] += 3
    count = len(grids)
    anomalous = np.arange(count) >= normals
    known = np.ones(marked.shape, np.bool_)
    original = np.ones(count, np.bool_)
    return CellSamples(
        [each.astype(np.float16) for each in grids], known, np.arange(count), anomalous, original
    ), marked


def fitted(samples: CellSamples, marked: NDArray[np.float32]) -> DiscriminantTraining:
    found = fit_discriminant(samples, marked, nothing_unusual(samples))
    assert found
    return found


def nothing_unusual(samples: CellSamples) -> list[NDArray[np.float32]]:
    return list(np.zeros(samples.known.shape, np.float32))


def spread(samples: CellSamples, marked: NDArray[np.float32], radius: int) -> tuple[CellSamples, NDArray[np.float32]]:
    """The same with weak defects that reach so many cells around, in one channel that nothing else varies."""
    grids, marked = np.stack(samples.grids).astype(np.float32), marked.copy()
    rows = np.flatnonzero(samples.anomalous)
    grids[rows, 2, 3, 0] -= 3
    around = np.s_[:, 2 - radius : 3 + radius, 3 - radius : 4 + radius]
    weak, marks = grids[rows], marked[rows]
    weak[(*around, 0)] += 1.5
    marks[around] = 1
    grids[rows], marked[rows] = weak, marks
    return replace(samples, grids=list(grids.astype(np.float16))), marked


def test_what_distinguishes_defects_counts_and_what_varies_in_normals_does_not() -> None:
    direction = fitted(*marked_samples(anomalies=100)).discriminant.direction
    assert direction[0] > 10 * np.abs(direction[1:]).max()


def test_marked_cells_stand_out_in_images_that_were_left_out() -> None:
    samples, marked = marked_samples(anomalies=30)
    maps = np.stack(fitted(samples, marked).maps)
    assert maps[20:, 2, 3].mean() > 2
    assert maps[:20].mean() < 0.6


def test_masks_add_to_a_map_and_hide_nothing_of_it() -> None:
    maps = np.stack(fitted(*marked_samples()).maps)
    assert maps.min() == 0


def test_an_image_learns_nothing_of_its_map_from_a_mask_of_its_group() -> None:
    samples, marked = marked_samples()
    elsewhere = marked.copy()
    elsewhere[21] = np.roll(marked[21], 1, axis=0)
    twins = replace(samples, groups=np.where(samples.groups == 21, 20, samples.groups))
    np.testing.assert_array_equal(fitted(twins, marked).maps[20], fitted(twins, elsewhere).maps[20])
    assert (fitted(samples, marked).maps[20] != fitted(samples, elsewhere).maps[20]).any()


def test_cells_that_are_not_known_are_silent_and_teach_nothing() -> None:
    samples, marked = marked_samples()
    samples.known[:, 2, 3] = False
    assert fit_discriminant(samples, marked, nothing_unusual(samples)) is None
    samples.known[20:23, 2, 3] = True
    assert fitted(samples, marked).maps[0][2, 3] == 0


def test_fewer_than_three_masks_teach_nothing() -> None:
    samples, marked = marked_samples()
    marked[22:] = 0
    assert fit_discriminant(samples, marked, nothing_unusual(samples)) is None
    marked[22, 2, 3] = 1
    assert fitted(samples, marked)


def test_what_is_around_a_cell_counts_where_defects_are_larger_than_a_cell() -> None:
    small, large = (fitted(*spread(*marked_samples(anomalies=60), radius)).discriminant for radius in (0, 1))
    assert small.around[0] / 25 < 0.1 * small.direction[0]
    assert large.around[0] * 9 / 25 > 0.5 * large.direction[0]


def test_as_far_along_as_one_in_six_cells_of_normals_is_not_toward_defects() -> None:
    """That is a deviation of them, and each further one counts as two of the map."""
    samples, marked = marked_samples(normals=60, anomalies=40)
    taught = fitted(samples, marked).discriminant
    normals = [taught.toward_defects(samples.grids[row], samples.known[row]) for row in range(60)]
    assert np.mean(np.stack(normals) > 0) == pytest.approx(0.16, abs=0.02)
    far = np.zeros((5, 5, 3), np.float32)
    far[..., 0] = 10
    known = np.ones((5, 5), np.bool_)
    two = taught.toward_defects(2 * far, known)[2, 2] - taught.toward_defects(far, known)[2, 2]
    along = np.stack([grid.astype(np.float32) @ taught.direction for grid in samples.grids[:60]])
    assert two == pytest.approx(2 * 10 * (taught.direction[0] + taught.around[0]) / along.std(), rel=0.05)


def test_what_is_shown_of_a_new_image_is_made_as_in_training() -> None:
    samples, marked = spread(*marked_samples(anomalies=12), 1)
    training = fitted(samples, marked)
    grid, known, deviations = samples.grids[-1], samples.known[-1], np.ones(samples.known.shape[1:], np.float32)
    toward = training.discriminant.toward_defects(grid, known)
    np.testing.assert_array_equal(training.discriminant.shown(deviations, grid, known), deviations + toward)
    kept = replace(samples, groups=np.where(samples.groups == 31, 30, samples.groups))
    apart = fitted(kept, np.where(kept.groups[:, None, None] == 30, 0, marked)).discriminant.toward_defects(grid, known)
    left_out = training.maps[-1]
    assert np.abs(apart - left_out).max() < np.abs(toward - left_out).max()


def test_the_mean_around_a_cell_counts_only_known_cells_within_two() -> None:
    grid, known = np.full((4, 6, 1), 5, np.float32), np.ones((4, 6), np.bool_)
    grid[0, 0], known[0, 0] = 1000, False
    np.testing.assert_allclose(mean_around(grid, known), 5)
    grid[3, 5] = 5 + 12
    around = mean_around(grid, known)[..., 0]
    np.testing.assert_allclose(around[3], [5, 5, 5, 5 + 12 / 15, 5 + 12 / 12, 5 + 12 / 9])
    np.testing.assert_allclose(around[0], 5)
    assert mean_around(grid, np.zeros((4, 6), np.bool_)).max() == 0
