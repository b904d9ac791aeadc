"""The nearest neighbours of an image's cells among the cells of normals at about the same place."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid

STRIP = 4  # cells of a row that one matrix product serves: wider wastes products, narrower wastes calls
FAR = np.float32(1e9)

type Index = NDArray[np.float32]  # (h, w + 2 r, n, C + 1), made by `index_of`


def index_of(grids: NDArray[np.float16], radius: int) -> Index:
    """Grids of normals (n, h, w, C) laid out for the search: cells first, with far cells added left and right.

    The last channel holds half the squared length, so that one matrix product gives half the squared distance
    up to the query's own length.
    """
    n, height, width, channels = grids.shape
    padded = -(-width // STRIP) * STRIP
    index = np.zeros((height, padded + 2 * radius, n, channels + 1), np.float32)
    index[..., -1] = FAR
    inside = index[:, radius : radius + width]
    inside[..., :-1] = -grids.transpose(1, 2, 0, 3).astype(np.float32)
    inside[..., -1] = 0.5 * np.einsum("hwnc,hwnc->hwn", inside[..., :-1], inside[..., :-1])
    return index


def distances(query: Grid, index: Index, radius: int) -> NDArray[np.float32]:
    """Distance of each cell to the nearest cell of each normal within `radius` cells: (h, w, C) -> (n, h, w)."""
    n = index.shape[2]

    def least(window: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(window.reshape(*window.shape[:2], -1, n).min(axis=2))

    return np.ascontiguousarray(_search(query, index, radius, least, n).transpose(2, 0, 1))


def nearest(query: Grid, index: Index, radius: int) -> NDArray[np.float32]:
    """The least of the `distances` to all normals: (h, w, C) -> (h, w)."""

    def least(window: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(window.min(axis=-1, keepdims=True))

    return _search(query, index, radius, least, 1)[..., 0]


type Least = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Of a window's cells, each with its n normals, the least: (strips, rows, cells * n) -> (strips, rows, k)."""


def _search(query: Grid, index: Index, radius: int, least: Least, k: int) -> NDArray[np.float32]:
    """Distances (h, w, k): `least` takes the minimum over all normals (k = 1) or over each (k = n).

    Each row of the index is multiplied, strip by strip, with all rows of the query that search in it.
    """
    height, width, channels = query.shape
    n, reach = index.shape[2], 2 * radius + 1
    strips = (index.shape[1] - 2 * radius) // STRIP
    bordered = np.zeros((height + 2 * radius, strips * STRIP, channels + 1), np.float32)
    bordered[radius : radius + height, :width, :-1] = query
    bordered[..., -1] = 1
    blocks = bordered.reshape(height + 2 * radius, strips, STRIP, channels + 1).swapaxes(0, 1)
    least_so_far = np.full((strips, height + 2 * radius, STRIP, k), FAR)
    for row in range(height):
        queries = blocks[:, row : row + reach].reshape(strips, reach * STRIP, channels + 1)
        products = queries @ _windows(index[row], strips, radius).swapaxes(-1, -2)
        products = products.reshape(strips, reach, STRIP, -1)
        for cell in range(STRIP):
            so_far = least_so_far[:, row : row + reach, cell]
            np.minimum(so_far, least(products[:, :, cell, cell * n : (cell + reach) * n]), out=so_far)
    halves = least_so_far[:, radius : radius + height].swapaxes(0, 1).reshape(height, strips * STRIP, k)[:, :width]
    squared = 2 * halves + np.einsum("hwc,hwc->hw", query, query)[..., None]
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def _windows(row: NDArray[np.float32], strips: int, radius: int) -> NDArray[np.float32]:
    """The cells of an index row that each strip of a query searches, without copying: (strips, cells * n, C + 1)."""
    _, n, channels = row.shape
    shape = strips, (STRIP + 2 * radius) * n, channels
    return as_strided(row, shape, (STRIP * row.strides[0], *row.strides[1:]), writeable=False)
