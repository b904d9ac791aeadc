"""Distances to shapes, soft edges, blurs and noise: the elements of the drawing of a part. All planes are (H, W)."""

from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

type Plane = NDArray[np.float32]

WIDTH, HEIGHT = 384, 320
SCALE = HEIGHT / 2  # pixels to one unit of length: half the image's height


def grid() -> tuple[Plane, Plane]:
    """x and y of every pixel, 0 in the middle, y from -1 at the top to 1 at the bottom."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return (x - (WIDTH - 1) / 2) / SCALE, (y - (HEIGHT - 1) / 2) / SCALE


def box(x: Plane, y: Plane, half: tuple[float, float], radius: float) -> Plane:
    """Signed distance to a box with rounded corners, negative inside."""
    dx, dy = np.abs(x) - (half[0] - radius), np.abs(y) - (half[1] - radius)
    beyond = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray(beyond + np.minimum(np.maximum(dx, dy), 0) - np.float32(radius), np.float32)


def disc(x: Plane, y: Plane, centre: tuple[float, float], radius: float) -> Plane:
    """Signed distance to a circle's edge, negative inside."""
    return np.asarray(np.hypot(x - np.float32(centre[0]), y - np.float32(centre[1])) - np.float32(radius), np.float32)


def path(x: Plane, y: Plane, points: NDArray[np.float32]) -> Plane:
    """Distance to the nearest of the segments between successive `points` (n, 2)."""
    nearest = np.full(x.shape, np.inf, np.float32)
    for (ax, ay), (bx, by) in pairwise(points):
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(float(dx * dx + dy * dy), 1e-9), 0, 1)
        np.minimum(nearest, np.hypot(x - ax - along * dx, y - ay - along * dy), out=nearest)
    return nearest


def inside(distance: Plane, softness: float = 1.0) -> Plane:
    """1 where a signed distance is negative, 0 where it is positive, with an edge of `softness` pixels between."""
    return np.asarray(np.clip(0.5 - distance * (SCALE / softness), 0, 1), np.float32)


def ramp(distance: Plane, width: float) -> Plane:
    """0 at the edge of a shape, 1 from `width` inwards: the profile of a chamfer."""
    return np.asarray(np.clip(-distance / width, 0, 1), np.float32)


def blurred(plane: Plane, reach: int) -> Plane:
    """Two box blurs of 2 * reach + 1 pixels on each axis: close to a Gaussian. Edges are replicated."""
    for axis in (0, 1, 0, 1):
        before = [(0, 0), (0, 0)]
        before[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(plane, before, mode="edge"), axis=axis, dtype=np.float64)
        span = 2 * reach + 1
        upper, lower = np.split(total, [span], axis=axis)[1], np.split(total, [-span], axis=axis)[0]
        plane = ((upper - lower) / span).astype(np.float32)
    return plane


def grain(rng: Generator, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> Plane:
    """White noise of mean 0 and deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def clouds(rng: Generator, reach: int) -> Plane:
    """Smooth noise of mean 0 and deviation 1 whose lumps are about `reach` pixels wide."""
    coarse = blurred(grain(rng), reach)
    return (coarse - coarse.mean()) / coarse.std()


def streaks(rng: Generator, length: int) -> Plane:
    """Noise that is stretched along the rows over `length` pixels, like marks of a brush; deviation 1."""
    total = np.cumsum(grain(rng, (HEIGHT, WIDTH + length)), axis=1)
    drawn = total[:, length:] - total[:, :-length]
    return (drawn / drawn.std()).astype(np.float32)
