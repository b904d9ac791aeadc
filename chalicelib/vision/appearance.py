"""A few numbers that say how a camera sees: its light, its focus, and where in the picture the edges are.

They need no model, so models of any kind agree on them. Sharpness is the ratio of a variogram at one pixel to the same
at some pixels, which light leaves as it is (variograms: Matheron 1963; focus by steps: Brenner et al. 1976).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo

SAMPLED = 96  # rows, and columns, whose neighbouring pixels are compared
APART = 6  # px
SMALL = 64  # px of the longer side, at least, on which the edges are found

type Lines = NDArray[np.float32]  # (n, length) grey, of n rows or columns


class Appearance(NamedTuple):
    """How a photo looks, whatever it shows."""

    brightness: float  # mean grey level, 0 to 255
    sharpness: float  # steps between neighbouring pixels, as a share of steps between pixels apart; 0 to about 1
    centre_x: float  # the centre of the edges, 0 (left) to 1
    centre_y: float  # 0 (top) to 1


def appearance(photo: Photo) -> Appearance:
    """Of a photo (H, W, 3), at least 16 px a side. One of a single grey: sharpness 0, centre in the middle."""
    grey = Image.fromarray(photo).convert("L")
    small = np.asarray(grey.reduce(max(1, max(grey.size) // SMALL)), np.float32)
    return Appearance(float(small.mean()), _sharpness(np.asarray(grey)), *_centre(small))


def _sharpness(pixels: NDArray[np.uint8]) -> float:
    height, width = pixels.shape
    rows = pixels[:: max(1, height // SAMPLED)].astype(np.float32)
    columns = np.ascontiguousarray(pixels[:, :: max(1, width // SAMPLED)].T).astype(np.float32)
    near, apart = (_steps(rows, by) + _steps(columns, by) for by in (1, APART))
    return float(np.sqrt(near / apart)) if apart else 0.0


def _steps(lines: Lines, by: int) -> float:
    """The mean square of the steps between pixels so many px apart, along the lines."""
    steps = (lines[:, by:] - lines[:, :-by]).ravel()
    return float(steps @ steps) / steps.size


def _centre(small: Lines) -> tuple[float, float]:
    """The mean place of the edges, each weighted by its square."""
    energy = (small[:-1, 1:] - small[:-1, :-1]) ** 2 + (small[1:, :-1] - small[:-1, :-1]) ** 2
    total = float(energy.sum())
    if not total:
        return 0.5, 0.5
    x, y = (float(sums @ (np.arange(len(sums)) + 1)) / total for sums in (energy.sum(axis=0), energy.sum(axis=1)))
    return x / small.shape[1], y / small.shape[0]
