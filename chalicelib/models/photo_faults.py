"""What may go wrong between a part and its photo: with the light, the lens, the sensor, the line, the file."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageFilter

type Plane = NDArray[np.float64]  # (H, W, 3), 0 to 255 or beyond
type Change = Callable[[Plane], Plane]

SKIN = (150, 95, 80)


def salt_and_pepper(photo: Plane, rng: Generator) -> Plane:
    """Two pixels of five black or white."""
    chance = rng.random((*photo.shape[:2], 1))
    return np.where(chance < 0.2, 0.0, np.where(chance > 0.8, 255.0, photo))


def replaced(side: str, by: Change) -> Change:
    """Half of the frame, as `by` makes it of the photo."""

    def change(photo: Plane) -> Plane:
        changed, other = photo.copy(), by(photo)
        half = _half(photo, side)
        changed[half] = other[half]
        return changed

    return change


def _half(photo: Plane, side: str) -> tuple[slice, slice]:
    height, width = photo.shape[0] // 2, photo.shape[1] // 2
    everything = slice(None)
    return {
        "left": (everything, slice(width)),
        "right": (everything, slice(width, None)),
        "top": (slice(height), everything),
        "bottom": (slice(height, None), everything),
    }[side]


def rolled(axis: int) -> Change:
    """The photo moved by half of the frame along an axis, and around it."""
    return lambda photo: np.roll(photo, photo.shape[axis] // 2, axis)


def frozen_rows(photo: Plane, rng: Generator) -> Plane:
    """One row repeated from a fifth or more of the frame on."""
    rows = np.minimum(np.arange(len(photo)), round(rng.uniform(0.2, 0.4) * len(photo)))
    return photo[rows]


def lost_rows(photo: Plane) -> Plane:
    """Every second row of the sensor black."""
    return np.where(np.arange(len(photo))[:, None, None] // max(1, len(photo) // 64) % 2, photo, 0.0)


def times(factor: float) -> Change:
    """More or less light by this factor."""
    return lambda photo: photo * factor


def fogged(photo: Plane) -> Plane:
    """Through a steamed lens."""
    return 0.12 * _blurred(photo, 0.01) + 0.8 * 235


def covered(photo: Plane) -> Plane:
    """A lens covered, nearly no light."""
    return 0.15 * _blurred(photo, 0.2)


def finger(photo: Plane, rng: Generator) -> Plane:
    """A finger on most of the lens."""
    height, width = photo.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    away = np.hypot((x - rng.uniform(0.3, 0.7)) / 0.55, (y - 0.65) / 0.6)
    cover = np.clip(4 * (1.1 - away), 0, 1)[..., None]
    return np.asarray(photo * (1 - cover) + np.array(SKIN) * (0.75 + 0.25 * y[..., None]) * cover)


def defocused(photo: Plane) -> Plane:
    """Far out of focus."""
    return _blurred(photo, 14 / 256)


def moving(photo: Plane) -> Plane:
    """Moved by a quarter of the frame while exposed."""
    length = side(photo) // 4
    total = np.cumsum(np.pad(photo, ((0, 0), (length, 0), (0, 0)), mode="edge"), axis=1)
    return np.asarray((total[:, length:] - total[:, :-length]) / length)


def empty_belt(photo: Plane, rng: Generator) -> Plane:
    """The ground alone, as bright as the photo's edge."""
    border = _border(photo)
    return rng.normal(np.median(border, axis=0), np.minimum(border.std(axis=0), 4), photo.shape)


def negative(photo: Plane) -> Plane:
    """Dark for light."""
    return 255 - photo


def swapped(photo: Plane) -> Plane:
    """Blue for red."""
    return photo[..., ::-1]


def without_green(photo: Plane) -> Plane:
    """The green plane black."""
    return np.asarray(photo * np.array([1.0, 0.0, 1.0]))


def zoomed(photo: Plane, rng: Generator) -> Plane:
    """A sixteenth of the photo, from about its middle."""
    height, width = photo.shape[0] // 4, photo.shape[1] // 4
    top, left = (int(rng.integers(size, 2 * size + 1)) for size in (height, width))
    return _resized(photo[top : top + height, left : left + width], photo.shape)


def far_away(photo: Plane, rng: Generator) -> Plane:
    """The photo at a quarter of its size on its ground."""
    ground = empty_belt(photo, rng)
    small = _resized(photo, (photo.shape[0] // 4, photo.shape[1] // 4))
    top, left = (int(rng.integers(0, 3 * size)) for size in small.shape[:2])
    ground[top : top + small.shape[0], left : left + small.shape[1]] = small
    return ground


def tiled(photo: Plane) -> Plane:
    """The photo at a quarter of its size, 16 times."""
    small = _resized(photo, (-(-photo.shape[0] // 4), -(-photo.shape[1] // 4)))
    return np.tile(small, (4, 4, 1))[: photo.shape[0], : photo.shape[1]]


def out_of_frame(photo: Plane, rng: Generator) -> Plane:
    """The left half of the photo at the right, beside its ground."""
    shifted, ground = np.roll(photo, photo.shape[1] // 2, axis=1), empty_belt(photo, rng)
    shifted[:, : photo.shape[1] // 2] = ground[:, : photo.shape[1] // 2]
    return shifted


def corrupted(photo: Plane, rng: Generator) -> Plane:
    """As a damaged JPEG file from 30 % of the frame on: blocks at other places, their brightness drifting."""
    height, width = (size // 16 for size in photo.shape[:2])
    blocks = photo[: 16 * height, : 16 * width].reshape(height, 16, width, 16, 3).swapaxes(1, 2).copy()
    flat = blocks.reshape(-1, 16, 16, 3)
    lost = np.arange(len(flat) * 3 // 10, len(flat))
    flat[lost] = flat[rng.permutation(lost)] + (rng.normal(0, 40, (len(lost), 1, 1, 1)).cumsum(axis=0) % 200 - 100)
    changed = photo.copy()
    changed[: 16 * height, : 16 * width] = flat.reshape(blocks.shape).swapaxes(1, 2).reshape(16 * height, 16 * width, 3)
    return changed


def _border(photo: Plane) -> Plane:
    """The pixels of the photo's edge, (n, 3)."""
    return np.concatenate([photo[0], photo[-1], photo[:, 0], photo[:, -1]])


def _blurred(photo: Plane, share: float) -> Plane:
    """A Gaussian blur by a share of the photo's side."""
    image = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(share * side(photo))), np.float64)


def _resized(photo: Plane, shape: tuple[int, ...]) -> Plane:
    image = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR), np.float64)


def side(photo: Plane) -> int:
    """The square root of the area, px."""
    return int((photo.shape[0] * photo.shape[1]) ** 0.5)
