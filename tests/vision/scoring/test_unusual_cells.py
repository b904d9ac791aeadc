"""The most unusual cells of an image, and what a regression learns from them."""

import numpy as np
import pytest

from chalicelib.vision.metrics import auroc
from chalicelib.vision.scoring.cell_bank import CellBank
from chalicelib.vision.scoring.heads import HeadSamples, HeadTraining, fit_heads, share_of_cells
from chalicelib.vision.scoring.unusual_cells import UnusualCells, UnusualTraining, fit_unusual, most_unusual

BANK = CellBank(np.zeros((1, 4), np.float16), 0.0, 1.0, 0.0, 1.0)
ANOMALOUS = np.arange(40) >= 24
KNOWN = np.ones((5, 6), np.bool_)


def images(seed: int = 0) -> list[np.ndarray]:
    """Cells of 24 normals and 16 anomalies: each has three cells far from the bank, those of a class alike."""
    rng = np.random.default_rng(seed)
    grids = []
    for anomalous in ANOMALOUS:
        grid = 0.1 * rng.normal(size=(30, 4))
        grid[rng.permutation(30)[:3], 1 if anomalous else 0] += 5 + rng.normal(size=3)
        grids.append(grid.reshape(5, 6, 4).astype(np.float32))
    return grids


def fitted(grids: list[np.ndarray]) -> UnusualTraining:
    return fit_unusual(grids, [KNOWN] * 40, [BANK.distance(grid) for grid in grids], ANOMALOUS)


def heads(unusual: UnusualTraining, cell_scores: np.ndarray) -> HeadTraining:
    """Of 40 images whose descriptions say nothing."""
    rng = np.random.default_rng(1)
    random = rng.normal(size=(40, 20))
    every = np.ones(40, np.bool_)
    samples = HeadSamples(ANOMALOUS, np.arange(40), scored=every, mirrored=~every)
    return fit_heads(samples, np.column_stack([cell_scores, np.zeros(40)]), random @ random.T / 20 + 1, unusual)


def test_the_three_highest_of_the_known_cells_are_taken() -> None:
    grid = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    deviations = np.array([[9, 1, 5], [2, 4, 3]], np.float32)
    known = np.array([[False, True, True], [True, True, True]])
    np.testing.assert_allclose(most_unusual(grid, deviations, known), (grid[0, 2] + grid[1, 1] + grid[1, 2]) / 3)
    np.testing.assert_array_equal(most_unusual(grid, deviations, ~known), grid[0, 0])
    np.testing.assert_array_equal(most_unusual(grid, deviations, np.zeros_like(known)), [0, 0])


def test_an_image_of_the_support_has_its_row_of_the_kernel_matrix() -> None:
    grids = images()
    trained = fitted(grids)
    for row in (0, 30):
        found = trained.unusual.kernel(grids[row], BANK.distance(grids[row]), KNOWN)
        np.testing.assert_allclose(found, trained.kernel[row], atol=0.05 * np.abs(trained.kernel).max())


def test_a_regression_on_unusual_cells_parts_images_that_are_alike_as_a_whole() -> None:
    ranked = ANOMALOUS + np.random.default_rng(2).normal(size=40)  # the bank ranks, but not well
    left_out = heads(fitted(images()), ranked).left_out
    found, of_bank = auroc(left_out, ANOMALOUS), auroc(ranked, ANOMALOUS)
    assert found is not None
    assert of_bank is not None
    assert of_bank < 0.8
    assert found > 0.9


@pytest.mark.parametrize(("slope", "taught"), [(1.0, True), (0.0, False), (-1.0, False)])
def test_cells_that_the_bank_finds_teach_nothing_if_its_score_ranks_nothing(slope: float, taught: bool) -> None:
    supervised = heads(fitted(images()), slope * ANOMALOUS).supervised
    assert supervised
    assert supervised.cells
    assert bool(supervised.cells.coefficients.any()) == taught


def test_without_anomalies_there_is_no_regression() -> None:
    every = np.ones(5, np.bool_)
    samples = HeadSamples(~every, np.arange(5), every, ~every)
    assert fit_heads(samples, np.arange(10.0).reshape(5, 2), np.eye(5), 0.9).supervised is None


def test_a_channel_that_never_varies_in_normals_says_nothing() -> None:
    grids = images()
    silent = [grid * [1, 1, 1, 0] for grid in grids]
    loud = [silent[row] + 100 * ANOMALOUS[row] * np.array([0, 0, 0, 1]) for row in range(40)]
    cells = [fitted(each) for each in (silent, loud)]
    assert isinstance(cells[0].unusual, UnusualCells)
    np.testing.assert_allclose(cells[0].unusual.support[:, 3], cells[1].unusual.support[:, 3])


def test_the_regression_that_errs_less_on_left_out_images_has_the_larger_share() -> None:
    signs = np.where(ANOMALOUS, 1.0, -1.0)
    good, bad = 0.9 * signs, 0.1 * signs
    assert share_of_cells(np.column_stack([bad, bad]), ANOMALOUS, 1.0) == pytest.approx(0.5)
    assert share_of_cells(np.column_stack([bad, good]), ANOMALOUS, 1.0) > 0.9
    assert share_of_cells(np.column_stack([good, bad]), ANOMALOUS, 1.0) < 0.1
    assert share_of_cells(np.column_stack([bad, good]), ANOMALOUS, 0.0) == 0
