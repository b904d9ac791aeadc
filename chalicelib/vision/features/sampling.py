"""Planes read between their pixels: bilinear, edges replicated. Places are x + iy px from the centre."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Plane


def centred(shape: tuple[int, ...]) -> NDArray[np.complex64]:
    """The places x + iy of the pixels of (h, w), from the centre."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.asarray(x - (shape[1] - 1) / 2 + 1j * (y - (shape[0] - 1) / 2), np.complex64)


def sampled(planes: Plane, points: NDArray[np.complexfloating]) -> Plane:
    """Planes (n, h, w) at points x + iy from the centre: bilinear, edges replicated."""
    _, height, width = planes.shape
    left, right = _before(points.real, width)
    top, low = _before(points.imag, height)
    flat, start = planes.reshape(len(planes), -1), top * width + left
    upper = _between(flat.take(start, axis=1), flat.take(start + 1, axis=1), right)
    lower = _between(flat.take(start + width, axis=1), flat.take(start + width + 1, axis=1), right)
    return _between(upper, lower, low)


def shifted_planes(planes: Plane, shift: complex, shape: tuple[int, int]) -> Plane:
    """Planes (n, H, W) at the pixels of (h, w), shifted: what `sampled` returns, but for rounding, in half the time."""
    sides = zip(shape, planes.shape[1:], (shift.imag, shift.real), strict=True)
    down, across = (_interpolating(*side) for side in sides)
    return down @ (planes @ across.T)


def _interpolating(count: int, length: int, shift: float) -> NDArray[np.float32]:
    """What a row of `length` px is multiplied by to be read at its middle `count` px, `shift` px further on."""
    pixels, weights = np.arange(count), np.zeros((count, length), np.float32)
    before, share = _before((pixels - (count - 1) / 2 + shift).astype(np.float32), length)
    weights[pixels, before], weights[pixels, before + 1] = 1 - share, share
    return weights


def _before(places: NDArray[np.floating], length: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The pixel before each place along a side, from its centre, and how far the place lies from it to the next."""
    inside = np.clip(places + np.float32((length - 1) / 2), 0, np.float32(length - 1.001))
    pixel = np.floor(inside)
    return pixel.astype(np.intp), inside - pixel


def _between(some: Plane, others: Plane, share: Plane) -> Plane:
    """From `some` a share of the way to `others`, which it overwrites: new arrays would take most of the time."""
    others -= some
    others *= share
    others += some
    return others
