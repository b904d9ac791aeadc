"""Near-duplicates: training images that differ less than light and placement may, such as frames of one sequence.

Leaving out an image while its near-duplicate stays would make every distance and every threshold too small.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid

CLOSE = 0.5  # of the usual distance of an image from its own jittered copy, and from any other image
LARGEST_SHARE = 0.25  # of the images, and of the normals: of larger groups too few would be left to compare with
THUMBNAIL = 8  # cells a side


def group_near_duplicates(
    grids: Sequence[Grid],
    image: NDArray[np.int64],
    original: NDArray[np.bool_],
    jittered: NDArray[np.bool_],
    normals: int,
) -> NDArray[np.int64]:
    """A group number for each of n images, from the grids (h, w, C) of all m samples: (n,).

    `image` is the image of each sample, (m,), normals first; `original` and `jittered` say which samples are images as
    they came, and which are copies to compare them with, (m,).
    """
    thumbnails = np.stack([thumbnail(grid) for grid in grids])
    deviation = thumbnails.std(axis=(0, 1, 2)) + 1e-6
    vectors = (thumbnails / deviation).reshape(len(thumbnails), -1)
    originals = vectors[original]
    return near_duplicates(originals, originals[image[jittered]], vectors[jittered], normals)


def near_duplicates(
    vectors: NDArray[np.float32], originals: NDArray[np.float32], copies: NDArray[np.float32], normals: int
) -> NDArray[np.int64]:
    """A group number for each of n images, from vectors (n, k) of their features, normals first: (n,).

    Near is half as far as copies (c, k) are from their originals (c, k), and half as far as any two images are.
    The closest pairs are joined first; images that resemble no other keep a group of their own.
    """
    squares = (vectors * vectors).sum(axis=1)
    apart = np.maximum(squares[:, None] + squares - 2 * vectors @ vectors.T, 0)
    usual = np.sqrt(np.median(apart[np.triu_indices(len(vectors), 1)]))
    jitter = np.median(np.linalg.norm(originals - copies, axis=1)) if len(copies) else usual
    near = CLOSE * float(min(usual, jitter))
    first, second = np.nonzero(np.triu(apart <= near * near, 1))
    groups = np.arange(len(vectors))
    for pair in np.argsort(apart[first, second], kind="stable"):
        a, b = groups[first[pair]], groups[second[pair]]
        joined = (groups == a) | (groups == b)
        shares = ((joined[:normals], normals), (joined, len(vectors)))
        if all(part.sum() <= max(2, LARGEST_SHARE * whole) for part, whole in shares):
            groups[joined] = min(a, b)
    return groups


def thumbnail(grid: Grid) -> Grid:
    """About 8 x 8 means of the grid's cells, over at least one cell each: (h, w, C) -> (8, 8, C) or less."""
    for axis in (0, 1):
        parts = min(THUMBNAIL, grid.shape[axis])
        starts = np.arange(parts) * grid.shape[axis] // parts
        lengths = np.diff(starts, append=grid.shape[axis])
        shape = [1, 1, 1]
        shape[axis] = parts
        grid = np.add.reduceat(grid.astype(np.float32), starts, axis=axis) / lengths.reshape(shape)
    return np.asarray(grid, np.float32)
