"""Position-aware matching: how far each cell of an image is from the cells of the normals at about the same place."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid

STRIP = 4  # cells of a row that one matrix product serves: wider wastes products, narrower wastes calls
FAR = np.float32(1e9)

type Bank = NDArray[np.float32]  # (h + 2 r, w + 2 r, n, C + 1), made by `bank_of`


def bank_of(normals: NDArray[np.float16], radius: int) -> Bank:
    """Normals (n, h, w, C) laid out for `distances`: place first, bordered by cells too far to be nearest.

    The last channel holds half the squared length, so that one matrix product gives half the squared distance
    up to the query's own length.
    """
    n, height, width, channels = normals.shape
    strips = -(-width // STRIP) * STRIP
    bank = np.zeros((height + 2 * radius, strips + 2 * radius, n, channels + 1), np.float32)
    bank[..., -1] = FAR
    inside = bank[radius : radius + height, radius : radius + width]
    inside[..., :-1] = -normals.transpose(1, 2, 0, 3).astype(np.float32)
    inside[..., -1] = 0.5 * np.einsum("hwnc,hwnc->hwn", inside[..., :-1], inside[..., :-1])
    return bank


def distances(query: Grid, bank: Bank, radius: int) -> NDArray[np.float32]:
    """Distance of each cell to the nearest cell of each normal within `radius` cells: (h, w, C) -> (n, h, w)."""
    n = bank.shape[2]

    def least(window: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(window.reshape(*window.shape[:2], -1, n).min(axis=2))

    return np.ascontiguousarray(_matched(query, bank, radius, least, n).transpose(2, 0, 1))


def nearest(query: Grid, bank: Bank, radius: int) -> NDArray[np.float32]:
    """The least of the `distances`, without keeping them apart: (h, w, C) -> (h, w)."""

    def least(window: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(window.min(axis=-1, keepdims=True))

    return _matched(query, bank, radius, least, 1)[..., 0]


type Least = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Of a window's cells, each with its n normals, the least: (h, strips, cells * n) -> (h, strips, k)."""


def _matched(query: Grid, bank: Bank, radius: int, least: Least, k: int) -> NDArray[np.float32]:
    """Distances (h, w, k), of which `least` says what is told apart."""
    height, width, channels = query.shape
    strips = (bank.shape[1] - 2 * radius) // STRIP
    extended = np.zeros((height, strips * STRIP, channels + 1), np.float32)
    extended[:, :width, :-1] = query
    extended[..., -1] = 1
    blocks = extended.reshape(height, strips, STRIP, channels + 1)
    found = np.full((height, strips, STRIP, k), FAR)
    for shift in range(2 * radius + 1):
        np.minimum(found, _row_nearest(blocks, bank[shift : shift + height], radius, least), out=found)
    found = found.reshape(height, strips * STRIP, k)[:, :width]
    squared = 2 * found + np.einsum("hwc,hwc->hw", query, query)[..., None]
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def _row_nearest(blocks: NDArray[np.float32], rows: Bank, radius: int, least: Least) -> NDArray[np.float32]:
    """For each query cell the least half distance along one row of the bank: (h, strips, STRIP, k)."""
    height, strips, _, channels = blocks.shape
    n, reach = rows.shape[2], STRIP + 2 * radius
    windows = as_strided(
        rows,
        (height, strips, reach * n, channels),
        (rows.strides[0], STRIP * rows.strides[1], rows.strides[2], rows.strides[3]),
        writeable=False,
    )
    products = blocks @ windows.swapaxes(-1, -2)
    around = [least(products[:, :, cell, cell * n : (cell + 2 * radius + 1) * n]) for cell in range(STRIP)]
    return np.stack(around, axis=2)
