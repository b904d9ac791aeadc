"""The map that marked defects teach."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.vision.scoring.cell_bank import CellSamples
from chalicelib.vision.scoring.discriminant import DiscriminantTraining, blur, fit_discriminant


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
    direction = fitted(*marked_samples(anomalies=40)).discriminant.direction
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


@pytest.mark.parametrize(("radius", "anomalies", "blurred"), [(1, 10, True), (0, 30, False), (1, 9, False)])
def test_ten_masks_say_whether_neighbours_help(radius: int, anomalies: int, blurred: bool) -> None:
    """They do where defects are larger than a cell."""
    training = fitted(*spread(*marked_samples(anomalies=anomalies), radius))
    assert training.discriminant.blurred is blurred


def test_what_is_shown_of_a_new_image_is_made_as_in_training() -> None:
    samples, marked = spread(*marked_samples(anomalies=12), 1)
    training = fitted(samples, marked)
    grid, known, deviations = samples.grids[-1], samples.known[-1], np.ones(samples.known.shape[1:], np.float32)
    toward = training.discriminant.toward_defects(grid, known)
    np.testing.assert_array_equal(
        training.discriminant.shown(deviations, grid, known), blur(deviations + toward, known)
    )
    plain = replace(training.discriminant, blurred=False)
    np.testing.assert_array_equal(plain.shown(deviations, grid, known), deviations + toward)


def test_the_mean_of_neighbours_counts_only_known_cells() -> None:
    shown, known = np.full((3, 4), 5, np.float32), np.ones((3, 4), np.bool_)
    shown[0, 0], known[0, 0] = 1000, False
    found = blur(shown, known)
    assert found[0, 0] == 0
    np.testing.assert_allclose(found[known], 5)
    shown[2, 3] = 14
    np.testing.assert_allclose(blur(shown, known)[2, 2:], [5 + 9 * 2 / 12, 5 + 9 * 4 / 9])
    np.testing.assert_allclose(blur(shown, known)[:2, :2][known[:2, :2]], 5)
