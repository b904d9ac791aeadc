"""A few numbers that say what kind of photo a photo is: light, colour, detail, flat parts, repeated halves."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo, Plane
from chalicelib.vision.features.filters import CELL

LOGARITHM = 25.0  # units of a statistic for its factor e
SHARE = 50.0  # units of a statistic for the whole frame
LEVELS = np.arange(0, 257, 64)  # of brightness, at which flat cells are counted
FLAT = 2.0  # gradient, of 255 a px, below which a cell is flat
REPEATED = 2.2  # how much smaller, as a logarithm, the difference of two halves is when they are copies
HALVES = ("the image", "the top half", "the bottom half", "the left half", "the right half")

STATISTICS = (
    *(f"brightness of {half}" for half in HALVES),
    *(f"fine detail across {half}" for half in HALVES),
    *(f"fine detail down {half}" for half in HALVES),
    *(f"coarse detail across {half}" for half in HALVES),
    *(f"coarse detail down {half}" for half in HALVES),
    *(f"red against green in {half}" for half in HALVES),
    *(f"yellow against blue in {half}" for half in HALVES),
    *(f"detail in the {which} cells" for which in ("flattest", "median", "liveliest")),
    "contrast of the image",
    "strength of red and green",
    "strength of yellow and blue",
    "difference of the left and the right half",
    "difference of the top and the bottom half",
    "brightness of the brightest cells",
    "brightness of the middle against the edge",
    *(f"share of flat cells at brightness {level}" for level in LEVELS),
    "share of cells that are not flat",
    "share of black pixels",
    "share of white pixels",
)
"""What `image_statistics` returns, in the words of a message: 'the ... is far above all training images'."""


def image_statistics(photo: Photo) -> NDArray[np.float32]:
    """The `STATISTICS` (k,) of a photo (H, W, 3), sides multiples of 32.

    Their units are such that a change by less than about 2 never matters: levels of 255, and 25 times logarithms.
    """
    image = Image.fromarray(photo)
    grey = image.convert("L")
    pixels = np.asarray(grey)
    colours = np.asarray(image.reduce(CELL)).astype(np.float32)
    light = colours.mean(axis=2)
    red, yellow = colours[..., 0] - colours[..., 1], colours[..., :2].mean(axis=2) - colours[..., 2]
    across, down = _fine_detail(pixels[:, :-1], pixels[:, 1:]), _fine_detail(pixels[:-1], pixels[1:])
    coarse = np.abs(np.diff(light, axis=1, append=light[:, -1:])), np.abs(np.diff(light, axis=0, append=light[-1:]))
    halves = _halves(np.stack([light, across, down, *coarse, red, yellow]))
    halves[:, 1:5] = _log(halves[:, 1:5])
    fine, halved = across + down, np.asarray(grey.reduce(CELL // 2)).astype(np.float32)
    others = [
        *_log(_quantiles(fine, 0.1, 0.5, 0.9)),
        light.std(),
        np.abs(red).mean(),
        np.abs(yellow).mean(),
        _repetition(halved),
        _repetition(halved.T),
        *_quantiles(light, 0.98),
        _middle(light),
        *_flat_cells(light, fine),
        LOGARITHM * np.log(np.count_nonzero(fine > 0.5) / fine.size + 0.002),
        SHARE * np.count_nonzero(pixels <= 4) / pixels.size,
        SHARE * np.count_nonzero(pixels >= 251) / pixels.size,
    ]
    return np.concatenate([halves.T.ravel(), others]).astype(np.float32)


def _fine_detail(some: NDArray[np.uint8], next_ones: NDArray[np.uint8]) -> Plane:
    """Mean difference, of 255, of pixels and the next ones, which are a row or a column fewer: -> (H / 8, W / 8)."""
    height, width = (-(-side // CELL) * CELL for side in some.shape)
    steps = np.zeros((height, width), np.uint8)
    steps[: some.shape[0], : some.shape[1]] = np.maximum(some, next_ones) - np.minimum(some, next_ones)
    rows = steps.reshape(height // CELL, CELL, width).sum(axis=1, dtype=np.uint16)
    sums = rows.reshape(height // CELL, width // CELL, CELL).sum(axis=2)
    return np.asarray(sums / np.float32(CELL * CELL), np.float32)


def _halves(planes: Plane) -> Plane:
    """The means of all cells and of each half, in the order of `HALVES`: (n, h, w) -> (5, n)."""
    top, left = planes.shape[1] // 2, planes.shape[2] // 2
    parts = (planes, planes[:, :top], planes[:, top:], planes[:, :, :left], planes[:, :, left:])
    return np.stack([part.mean(axis=(1, 2)) for part in parts])


def _quantiles(plane: Plane, *shares: float) -> Plane:
    values = np.sort(plane, axis=None)
    return values[[round(share * (len(values) - 1)) for share in shares]]


def _log(values: Plane) -> Plane:
    return np.asarray(LOGARITHM * np.log(values + np.float32(0.5)))


def _repetition(pixels: Plane) -> float:
    """0, or below it if the right half is a copy of the left one.

    The halves differ by far less than the parts do that are a quarter of the frame apart.
    """
    quarter = pixels.shape[1] // 4
    half_apart = np.abs(pixels[:, : 2 * quarter] - pixels[:, 2 * quarter : 4 * quarter]).mean()
    quarter_apart = np.abs(pixels[:, : 3 * quarter] - pixels[:, quarter : 4 * quarter]).mean()
    return 100 * min(0.0, float(np.log((half_apart + 0.2) / (quarter_apart + 0.2))) + REPEATED)


def _middle(light: Plane) -> float:
    height, width = light.shape[0] // 4, light.shape[1] // 4
    return 2 * float(light[height : -height or None, width : -width or None].mean() - light.mean())


def _flat_cells(light: Plane, fine: Plane) -> NDArray[np.float64]:
    """How many flat cells are about as bright as each of the `LEVELS`; a cell between two levels counts for both."""
    near = np.maximum(0, 1 - np.abs(light[..., None] - LEVELS) / 64)
    return SHARE * (near * (fine < FLAT)[..., None]).mean(axis=(0, 1), dtype=np.float64)
