"""Features without trained weights: means, edges and spots of an image pyramid, averaged over 8 x 8 px."""

import numpy as np

from chalicelib.vision.arrays import Grid, Photo, Plane, cell_mean, padded

CELL = 8
LEVELS = 4
CHANNELS = 6 + 12 * LEVELS + 4 * 2
HALF = np.float32(np.sqrt(0.5))


def filter_features(photo: Photo) -> Grid:
    """62 channels for each 8 x 8 px cell: (H, W, 3) uint8, sides multiples of 32 -> (H / 8, W / 8, 62) float32.

    6: mean and deviation of the opponent planes. 12 for each of 4 pyramid levels: edges in 8 directions, bright and
    dark spots, colour edges in two planes. 4 for each of the 2 finest levels: how the edges of each orientation vary.
    """
    planes = opponent(photo)
    channels = [*statistics(planes)]
    for level in range(LEVELS):
        cell = CELL >> level
        blur = blurred(planes)
        across, down = sobel(planes)
        orientations = oriented(across[0], down[0])
        channels += [*directions(across[0], down[0], orientations, cell), *spots(planes[0] - blur[0], cell)]
        channels += [*roots(np.hypot(across[1:], down[1:]), cell)]
        if level < 2:
            channels += [*roots(variation(orientations), cell // 2)]
        planes = np.ascontiguousarray(blur[:, ::2, ::2])
    return np.ascontiguousarray(np.stack(channels, axis=-1))


def opponent(photo: Photo) -> Plane:
    """Lightness, red against green, yellow against blue: (H, W, 3) uint8 -> (3, H, W) in units of full scale."""
    red, green, blue = np.moveaxis(photo, -1, 0).astype(np.float32) / np.float32(255)
    yellow = red + green
    return np.stack([(yellow + blue) / 3, red - green, yellow / 2 - blue])


def statistics(planes: Plane) -> Plane:
    """Mean and standard deviation within each cell: (3, H, W) -> (6, h, w)."""
    mean = cell_mean(planes, CELL)
    variance = cell_mean(planes * planes, CELL) - mean * mean
    return np.concatenate([mean, np.sqrt(np.maximum(variance, 0))])


def sobel(planes: Plane) -> tuple[Plane, Plane]:
    """Sobel gradients along x and along y, edges replicated: (n, H, W) -> twice (n, H, W)."""
    edged = padded(planes, 1)
    column = edged[:, :-2] + edged[:, 2:] + 2 * edged[:, 1:-1]
    row = edged[:, :, :-2] + edged[:, :, 2:] + 2 * edged[:, :, 1:-1]
    return column[:, :, 2:] - column[:, :, :-2], row[:, 2:] - row[:, :-2]


def blurred(planes: Plane) -> Plane:
    """The separable binomial blur [1 4 6 4 1] / 16, edges replicated."""
    edged = padded(planes, 2)
    rows = edged[:, :-4] + edged[:, 4:] + 4 * (edged[:, 1:-3] + edged[:, 3:-1]) + 6 * edged[:, 2:-2]
    full = rows[..., :-4] + rows[..., 4:] + 4 * (rows[..., 1:-3] + rows[..., 3:-1]) + 6 * rows[..., 2:-2]
    return full * np.float32(1 / 256)


def oriented(across: Plane, down: Plane) -> Plane:
    """Strength of the gradient along 0, 45, 90 and 135 degrees, either way: (H, W) -> (4, H, W)."""
    return np.abs(np.stack([across, (across + down) * HALF, down, (down - across) * HALF]))


def directions(across: Plane, down: Plane, orientations: Plane, cell: int) -> Plane:
    """Rectified gradients in 8 directions, averaged over cells, square-rooted: -> (8, h, w).

    With m the mean of v and s the mean of |v|, the mean of max(v, 0) is (s + m) / 2 and of max(-v, 0) is (s - m) / 2.
    """
    x, y = cell_mean(across, cell), cell_mean(down, cell)
    mean = np.stack([x, (x + y) * HALF, y, (y - x) * HALF])
    strength = cell_mean(orientations, cell)
    return np.sqrt(np.maximum(np.concatenate([strength + mean, strength - mean]) / 2, 0))


def spots(detail: Plane, cell: int) -> Plane:
    """What is brighter and what is darker than its surroundings: (H, W) -> (2, h, w)."""
    mean, strength = cell_mean(detail, cell), cell_mean(np.abs(detail), cell)
    return np.sqrt(np.maximum(np.stack([strength + mean, strength - mean]) / 2, 0))


def variation(orientations: Plane) -> Plane:
    """Gradient magnitude of each orientation's strength at half the resolution: (4, H, W) -> (4, H / 2, W / 2)."""
    return np.hypot(*sobel(cell_mean(orientations, 2)))


def roots(planes: Plane, cell: int) -> Plane:
    """Square roots of cell means."""
    return np.sqrt(cell_mean(planes, cell))
