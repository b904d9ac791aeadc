"""Masks of photos as cells of the template."""

import numpy as np

from chalicelib.vision.features.alignment import Motion, moved_back
from chalicelib.vision.features.marked import marked_cells


def test_a_cell_has_the_share_that_is_marked_whatever_the_size_of_the_mask() -> None:
    mask = np.zeros((32, 48), np.bool_)
    mask[8:16, 4:8] = True
    shares = marked_cells(mask, Motion(), (4, 6), (64, 96))
    wanted = np.zeros((4, 6))
    wanted[1, 0] = 0.5
    np.testing.assert_allclose(shares, wanted, atol=0.1)


def test_a_map_moved_to_the_photo_and_back_marks_the_same_cell() -> None:
    marked = np.zeros((8, 8), np.float32)
    marked[2, 5] = 1
    motion = Motion(complex(np.exp(0.6j)), 10 - 6j)
    mask = moved_back(marked, motion, 16, (128, 128)).repeat(16, 0).repeat(16, 1) > 0.4
    shares = marked_cells(mask, motion, (8, 8), (128, 128))
    assert shares.argmax() == 2 * 8 + 5
