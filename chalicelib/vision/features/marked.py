"""A mask of a whole photo as the cells of the part that it marks, once the part is upright and aligned."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Known, cell_mean
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.resizing import Shape
from chalicelib.vision.features.sampling import centred, sampled


def marked_cells(mask: Known, motion: Motion, cells: Shape, size: Shape) -> NDArray[np.float32]:
    """The share of each of (h, w) cells of 16 px that is marked, 0 to 1.

    The template lies as `motion` says in the photo of `size` = (height, width) px; a mask (H, W) of any size covers it.
    """
    side = 2 * CELL
    places = motion.turn * centred((cells[0] * side, cells[1] * side)) + motion.shift
    points = places.real * np.float32(mask.shape[1] / size[1]) + 1j * places.imag * np.float32(mask.shape[0] / size[0])
    return cell_mean(sampled(mask[None].astype(np.float32), points)[0], side)
