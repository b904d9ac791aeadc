"""The shared array operations."""

import numpy as np
import pytest

from chalicelib.vision.arrays import boxed, cell_mean, halved

RNG = np.random.default_rng(0)


def test_box_halves_and_cells_are_means() -> None:
    grid = RNG.random((6, 8, 3)).astype(np.float32)
    assert boxed(grid)[2, 3, 1] == pytest.approx(grid[1:4, 2:5, 1].mean(), abs=1e-6)
    assert halved(grid)[1, 2, 0] == pytest.approx(grid[2:4, 4:6, 0].mean(), abs=1e-6)
    assert cell_mean(grid[..., 0], 2)[2, 3] == pytest.approx(grid[4:6, 6:8, 0].mean(), abs=1e-6)
