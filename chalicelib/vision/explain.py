"""Where an image is unusual: boxes around the unusual spots, the share of the image, a small map, a picture."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from io import BytesIO
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

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
    are connected with its highest one and more than half as high.
    """
    mask = anomaly_map > level
    width = anomaly_map.shape[1] + 1  # an empty column keeps the end of a row apart from the next row
    heights = np.pad(anomaly_map, ((0, 0), (0, 1))).ravel().tolist()
    cells = set(np.flatnonzero(np.pad(mask, ((0, 0), (0, 1)))).tolist())
    boxes: list[Box] = []
    while cells and len(boxes) < MOST_BOXES:
        highest = max(cells, key=heights.__getitem__)
        spot = connected(cells, highest, width)
        high = {cell for cell in spot if heights[cell] > heights[highest] / 2}
        boxes.append(_box([divmod(cell, width) for cell in connected(high, highest, width)], anomaly_map.shape, shape))
        cells -= spot
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


def pixel_mask(anomaly_map: NDArray[np.float32], level: float, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """(H, W) what of an image of this shape is beyond the level."""
    return enlarged(anomaly_map, shape) > level


def mask_picture(mask: NDArray[np.bool_], colour: str) -> bytes:
    """A mask (H, W) as an RGB PNG: in this colour, `#RRGGBB`, on white."""
    picture = Image.fromarray(mask.astype(np.uint8))
    picture.putpalette([*ImageColor.getrgb("#FFFFFF"), *ImageColor.getrgb(colour)])
    buffer = BytesIO()
    picture.convert("RGB").save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def connected(cells: Set[int], start: int, width: int) -> set[int]:
    """The start and all cells connected with it by sides or corners, through cells of the set only.

    A cell is its position, row by row, in a map with rows of `width` cells; the last of each row is never in the set.
    """
    steps = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    rest, edge, found = set(cells) - {start}, [start], {start}
    while edge:
        cell = edge.pop()
        for step in steps:
            if cell + step in rest:
                rest.remove(cell + step)
                found.add(cell + step)
                edge.append(cell + step)
    return found


def _box(spot: Sequence[tuple[int, int]], cells: tuple[int, ...], shape: tuple[int, int]) -> Box:
    """The box in px around cells (row, column) of a map of `cells` = (h, w), for an image of `shape` = (H, W)."""
    rows, columns = zip(*spot, strict=True)
    tall, wide = shape[0] / cells[0], shape[1] / cells[1]
    right, bottom = ceil((max(columns) + 1) * wide), ceil((max(rows) + 1) * tall)
    return int(min(columns) * wide), int(min(rows) * tall), min(right, shape[1]), min(bottom, shape[0])


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
