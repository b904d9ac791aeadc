"""A milled aluminium plate as a height field: chamfered edge, turned pocket with a bore, countersunk holes, a slot."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from linewatch.samples.shapes import Plane, box, clouds, disc, grain, grid, inside, ramp, streaks

HALF = (0.88, 0.66)
HOLES = ((-0.64, -0.42), (0.64, -0.42), (-0.64, 0.42), (0.64, 0.42))
HOLE, SINK = 0.07, 0.125  # radius of a hole, and of the cone that countersinks it
BORE, POCKET = 0.17, 0.36
SLOT, SLOT_Y = (0.19, 0.035), 0.5  # half its length and breadth, and its position


@dataclass
class Surface:
    """The surface, in part coordinates x and y (those of the image, moved and turned).

    `height` is in pixels, `coverage` is 1 on the part and 0 beside it, `depth` is 1 inside holes,
    `gloss` scales the highlights and `tint` (H, W, 3) the colour.
    """

    x: Plane
    y: Plane
    height: Plane
    coverage: Plane
    depth: Plane
    gloss: Plane
    tint: NDArray[np.float32]


def placed(rng: Generator) -> tuple[Plane, Plane]:
    """Part coordinates of every pixel, for a part that is slightly shifted and turned by up to 3 degrees."""
    x, y = grid()
    angle = np.deg2rad(rng.uniform(-3, 3))
    x, y = x - np.float32(rng.uniform(-0.05, 0.05)), y - np.float32(rng.uniform(-0.05, 0.05))
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * x + sin * y, cos * y - sin * x


def machined(rng: Generator, without_hole: int | None = None) -> Surface:
    """A part without a defect; `without_hole` is the index of a hole to leave out."""
    x, y = placed(rng)
    plate = box(x, y, HALF, 0.11)
    pocket = disc(x, y, (0, 0), POCKET)
    bore = disc(x, y, (0, 0), BORE)
    slot = box(x, y - np.float32(SLOT_Y), SLOT, 0.034)
    holes = [disc(x, y, centre, 0) for index, centre in enumerate(HOLES) if index != without_hole]
    nearest = np.min(holes, axis=0)

    height = 4.0 * ramp(plate, 0.035) - 5.0 * ramp(pocket, 0.025)
    height -= 5.0 * ramp(nearest - SINK, SINK - HOLE) + 2.0 * ramp(bore - 0.02, 0.02)
    depth = np.maximum(inside(nearest - HOLE), np.maximum(inside(bore), inside(slot)))
    floor = inside(pocket)
    height += _tool_marks(rng, x, y, floor)
    return Surface(
        x=x,
        y=y,
        height=height,
        coverage=inside(plate),
        depth=depth,
        gloss=np.ones_like(x),
        tint=np.ones((*x.shape, 3), np.float32),
    )


def _tool_marks(rng: Generator, x: Plane, y: Plane, floor: Plane) -> Plane:
    """The brush's straight marks on the face and the lathe's rings on the pocket's floor, as heights in pixels."""
    # Each row is moved by the rotation of the part, so that the marks run along the part and not along the image.
    lean = np.rint((y - y.mean(axis=1, keepdims=True)) * (x.shape[0] / 2)).astype(np.intp)
    rows = (np.arange(x.shape[0])[:, None] + lean) % x.shape[0]
    brush = streaks(rng, 90) + 0.6 * streaks(rng, 25)
    brushed = np.take_along_axis(brush, rows, axis=0)
    rings = grain(rng, (1, 160))[0] + 0.8 * np.sin(np.arange(160) * 1.9)
    turned = np.interp(np.hypot(x, y) * 170, np.arange(160), rings)
    face = 0.065 * brushed + 0.03 * clouds(rng, 1)
    return np.asarray(face * (1 - floor) + 0.13 * turned * floor, np.float32)
