"""The arrays that the detector passes around, and the few plane operations that its steps share."""

import numpy as np
from numpy.typing import NDArray

type Photo = NDArray[np.uint8]  # (H, W, 3) RGB
type Plane = NDArray[np.float32]  # (..., H, W)
type Grid = NDArray[np.float32]  # (h, w, C): one vector of C channels for each cell

type Known = NDArray[np.bool_]  # (h, w): whether a cell shows the photo, and not what fills its edge

THREADS = 2  # numpy releases the interpreter lock in its inner loops
SILENT = 1e-5  # standard deviation below which a channel is ignored


def scale_of(deviation: NDArray[np.floating]) -> NDArray[np.float32]:
    """Standard deviations to divide by, kept off zero; infinite for a channel that never varies."""
    floor = 1e-3 * np.sqrt((deviation**2).mean())
    return np.where(deviation > SILENT, deviation + floor, np.inf).astype(np.float32)


def padded(planes: Plane, margin: int) -> Plane:
    """Planes (..., H, W) with `margin` replicated pixels on each side."""
    before = [(0, 0)] * (planes.ndim - 2)
    return np.pad(planes, [*before, (margin, margin), (margin, margin)], mode="edge")


def cell_mean(planes: Plane, cell: int) -> Plane:
    """Means over cell x cell pixels: (..., H, W) -> (..., H / cell, W / cell). Sums of slices are the quickest."""
    if cell == 1:
        return planes
    rows = sum((planes[..., start::cell, :] for start in range(1, cell)), planes[..., ::cell, :])
    cells = sum((rows[..., start::cell] for start in range(1, cell)), rows[..., ::cell])
    return np.asarray(cells / (cell * cell), np.float32)


def boxed(grid: Grid) -> Grid:
    """A 3 x 3 box mean of each channel, edges replicated: (h, w, C) -> (h, w, C)."""
    edged = np.pad(grid, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = edged[:-2] + edged[1:-1] + edged[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9, np.float32)


def halved(grid: Grid) -> Grid:
    """2 x 2 means: (h, w, C) -> (h / 2, w / 2, C), for even h and w."""
    height, width, channels = grid.shape
    return np.asarray(grid.reshape(height // 2, 2, width // 2, 2, channels).mean(axis=(1, 3)), np.float32)
