"""Where an image is unusual: boxes around the unusual spots, the share of the image, a small map, a picture."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chalicelib.vision.arrays import Photo

MOST_BOXES = 5
AT_LEVEL = 128
"""The value of a small map at the mask level."""
USUAL = AT_LEVEL // 2
"""The values of a small map below this are set to 0: noise of normal images, which would not compress."""
WARM = np.array([255, 40, 0], np.float32)
STRONGEST = 0.65  # of the overlay's colour
BOX_COLOUR = (255, 220, 0)

type Box = tuple[int, int, int, int]
"""Left, top, right, bottom in px of the image; right and bottom are the first px outside."""


@dataclass(frozen=True)
class Explanation:
    """What to look at in an image."""

    boxes: tuple[Box, ...]  # around the spots beyond what normal images show, the strongest first, at most 5
    area_fraction: float  # 0 to 1: the share of the image that is beyond it

    @property
    def worst_box(self) -> Box | None:
        """The box of the strongest spot."""
        return self.boxes[0] if self.boxes else None


def explain(anomaly_map: NDArray[np.float32], level: float, shape: tuple[int, int]) -> Explanation:
    """From a prediction's map (h, w) and the detector's mask level, for an image of `shape` = (H, W).

    A spot is a group of cells above the level that are connected by sides or corners. Its box is around the cells that
    are connected with its highest one and at least half as high.
    """
    mask = anomaly_map > level
    boxes: list[Box] = []
    rest = mask.copy()
    while rest.any() and len(boxes) < MOST_BOXES:
        highest = np.unravel_index(int(np.where(rest, anomaly_map, -np.inf).argmax()), anomaly_map.shape)
        boxes.append(_box(spot_around(mask & (anomaly_map > anomaly_map[highest] / 2), highest), shape))
        rest &= ~spot_around(mask, highest)
    return Explanation(tuple(boxes), float(mask.mean()))


def small_map(anomaly_map: NDArray[np.float32], level: float, largest_side: int) -> NDArray[np.uint8]:
    """The map (h, w) with one byte a cell: 0 is usual, 128 the level, 255 about twice the level or more.

    Where a side is over `largest_side`, neighbouring cells become one with the highest value of them.
    """
    height, width = (-(-side // -(-side // largest_side)) for side in anomaly_map.shape)
    rows = np.linspace(0, anomaly_map.shape[0], height, endpoint=False).astype(int)
    columns = np.linspace(0, anomaly_map.shape[1], width, endpoint=False).astype(int)
    highest = np.maximum.reduceat(np.maximum.reduceat(anomaly_map, rows, axis=0), columns, axis=1)
    values = np.clip(np.rint(AT_LEVEL * highest / max(level, 1e-6)), 0, 255).astype(np.uint8)
    return np.where(values < USUAL, np.uint8(0), values)


def enlarged(anomaly_map: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """The map (h, w) at (H, W), bilinear."""
    image = Image.fromarray(anomaly_map.astype(np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def spot_around(above: NDArray[np.bool_], start: tuple[np.intp, ...]) -> NDArray[np.bool_]:
    """The cells (h, w) connected with the start by sides or corners, within those above the level."""
    spot = np.zeros_like(above)
    spot[start] = True
    while True:
        grown = np.pad(spot, 1)
        grown = grown[:-2] | grown[1:-1] | grown[2:]
        grown = (grown[:, :-2] | grown[:, 1:-1] | grown[:, 2:]) & (above | spot)
        if (grown == spot).all():
            return spot
        spot = grown


def _box(spot: NDArray[np.bool_], shape: tuple[int, int]) -> Box:
    rows, columns = np.flatnonzero(spot.any(axis=1)), np.flatnonzero(spot.any(axis=0))
    tall, wide = shape[0] / spot.shape[0], shape[1] / spot.shape[1]
    top, bottom = int(rows[0] * tall), int(np.ceil((rows[-1] + 1) * tall))
    left, right = int(columns[0] * wide), int(np.ceil((columns[-1] + 1) * wide))
    return left, top, min(right, shape[1]), min(bottom, shape[0])


def overlay(photo: Photo, anomaly_map: NDArray[np.float32], level: float) -> bytes:
    """The photo (H, W, 3) as PNG, warmer where it is less usual, with the boxes of all unusual spots."""
    shape = (photo.shape[0], photo.shape[1])
    strength = STRONGEST * np.clip(enlarged(anomaly_map, shape) / (2 * max(level, 1e-6)), 0, 1)[..., None]
    blended = Image.fromarray((photo * (1 - strength) + WARM * strength).astype(np.uint8))
    draw = ImageDraw.Draw(blended)
    for box in explain(anomaly_map, level, shape).boxes:
        draw.rectangle(box, outline=BOX_COLOUR, width=max(2, photo.shape[0] // 150))
    buffer = BytesIO()
    blended.save(buffer, "PNG")
    return buffer.getvalue()
