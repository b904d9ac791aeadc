import numpy as np
import pytest

from chalicelib.vision.progress import silent
from chalicelib.vision.scoring.cell_bank import (
    CellBank,
    CellSamples,
    choose_cells,
    fit_cells,
    k_center,
    top_mean,
)


def bank(cells: list[list[float]]) -> CellBank:
    return CellBank(np.array(cells, np.float16), 0.0, 1.0, 0.0, 1.0)


def samples(count: int, anomalies: int = 0, seed: int = 0) -> CellSamples:
    """Random cells, an original and a copy of each normal, and anomalies far away."""
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(count, 4, 5, 3))
    copies = normals + 0.01 * rng.normal(size=normals.shape)
    far = rng.normal(size=(anomalies, 4, 5, 3)) + 20
    grids = [each.astype(np.float16) for each in (*normals, *copies, *far)]
    groups = np.concatenate([np.arange(count), np.arange(count), count + np.arange(anomalies)])
    return CellSamples(
        grids=grids,
        known=np.ones((len(grids), 4, 5), np.bool_),
        groups=groups,
        anomalous=groups >= count,
        original=np.arange(len(grids)) % (2 * count) < count,
    )


def test_a_cell_is_compared_with_its_nearest_neighbour_wherever_that_is() -> None:
    grid = np.array([[[0.0, 0.0], [3.0, 4.0]], [[1.0, 0.0], [9.0, 9.0]]], np.float32)
    distance = bank([[9.0, 9.0], [0.0, 0.0]]).distance(grid)
    np.testing.assert_allclose(distance, [[0, 5], [1, 0]], atol=1e-3)


def test_k_center_takes_the_farthest_point_each_time() -> None:
    points = np.array([[0.0], [1.0], [10.0], [6.0], [0.5]], np.float32)
    assert k_center(points, 3).tolist() == [0, 2, 3]


def test_no_more_cells_are_chosen_than_there_are() -> None:
    assert len(choose_cells([np.zeros((2, 2, 3), np.float32)], 0).cells) == 4


def test_every_cell_is_near_to_one_of_the_bank() -> None:
    grids = [np.random.default_rng(seed).normal(size=(30, 40, 2)).astype(np.float32) for seed in range(5)]
    chosen = choose_cells(grids, 0)
    drawn = bank(grids[0].reshape(-1, 2)[: len(chosen.cells)].tolist())
    assert max(chosen.distance(grid).max() for grid in grids) < max(drawn.distance(grid).max() for grid in grids)


def test_an_image_is_left_out_together_with_its_group() -> None:
    """Two images that are the same in all cells, and their copies: none finds another, but the bank has all."""
    data = samples(20)
    data.grids[1] = data.grids[20] = data.grids[21] = data.grids[0]
    data.groups[[1, 21]] = 0
    fitted = fit_cells(data, np.random.default_rng(0), silent)
    found = fitted.bank.deviations(fitted.bank.distance(data.grids[0]), data.known[0])
    assert (fitted.maps[0] > found + 0.5).all()
    assert (fitted.maps[1] > found + 0.5).all()


def test_normals_left_out_score_about_0_and_anomalies_far_above() -> None:
    fitted = fit_cells(samples(25, 5), np.random.default_rng(0), silent)
    assert abs(np.sinh(fitted.scores[:50]).mean()) < 1e-6
    assert fitted.scores[50:].min() > fitted.scores[:50].max()


def test_cells_that_are_not_known_never_count() -> None:
    deviations = np.array([[5.0, 1.0], [2.0, 3.0]], np.float32)
    known = np.array([[False, True], [True, True]])
    assert top_mean(deviations, known) == 2.0
    assert top_mean(deviations, ~np.ones((2, 2), np.bool_)) == 0.0
    assert bank([[0.0]]).deviations(deviations, known)[0, 0] == 0


@pytest.mark.parametrize("count", [10, 40])
def test_the_same_seed_makes_the_same_bank(count: int) -> None:
    one, other = (fit_cells(samples(count), np.random.default_rng(3), silent).bank for _ in range(2))
    np.testing.assert_array_equal(one.cells, other.cells)
