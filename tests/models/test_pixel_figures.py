"""Whether the worst spot of a map lies on the mask of a defect."""

import numpy as np
import pytest

from chalicelib.models.evaluation import worst_spot_touches


@pytest.mark.parametrize(
    ("cell", "touches"), [((1, 2), True), ((0, 2), False), ((1, 1), False), ((2, 3), False), ((1, 3), True)]
)
def test_the_highest_cell_touches_a_mask_of_which_it_has_a_pixel(cell: tuple[int, int], touches: bool) -> None:
    """4 x 5 cells on 30 x 40 px: rows of 7.5 px, columns of 8 px. The mask lies in the second row of cells."""
    mask = np.zeros((30, 40), np.bool_)
    mask[8:14, 20:25] = True
    heat = np.zeros((4, 5), np.float32)
    heat[cell] = 1
    assert worst_spot_touches(mask, heat) is touches
