"""The rows that training works on: each image, most of them followed by a jittered copy, and who resembles whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.groups import near_duplicates
from chalicelib.vision.intake import Progress
from chalicelib.vision.jitter import jittered

MOST_ROWS = 1200  # keep the artifact under 12 MB and training quick
THREADS = 2  # numpy lets go of the interpreter in its inner loops
THUMB = 8  # cells a side


@dataclass(frozen=True)
class Rows:
    """Which image each row is of, a copy after its image; normals first."""

    image: NDArray[np.int64]  # (m,)
    copy: NDArray[np.bool_]  # (m,) whether the row is the jittered copy
    anomalous: NDArray[np.bool_]  # (m,)

    @property
    def normals(self) -> int:
        """How many rows, from the first on, are normals and their copies."""
        return int((~self.anomalous).sum())

    def photos(self, photos: Sequence[Photo], rng: np.random.Generator) -> Iterator[Photo]:
        """The photo of each row, in order."""
        for image, copy in zip(self.image, self.copy, strict=True):
            yield jittered(photos[image], rng) if copy else photos[image]


def rows_of(normals: int, anomalies: int) -> Rows:
    """The rows for so many images: with copies of all of them, or of as many as there is room for."""
    images = normals + anomalies
    copied = np.zeros(images, bool)
    copied[np.linspace(0, images - 1, min(images, max(0, MOST_ROWS - images))).astype(int)] = True
    image = np.repeat(np.arange(images), 1 + copied)
    copy = np.append(False, image[1:] == image[:-1])
    return Rows(image, copy, image >= normals)


def in_step[T, R](work: Callable[[T], R], items: Iterable[T], total: int, step: str, progress: Progress) -> list[R]:
    """`work` done on every item, on two threads, with progress shown."""
    done: list[R] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for result in pool.map(work, items):
            done.append(result)
            progress(step, len(done), total)
    return done


def grouped(grids: Sequence[Grid], rows: Rows) -> NDArray[np.int64]:
    """The group of near-duplicates that each image is in, from the coarse grids of all rows: (n,)."""
    thumbs = np.stack([thumbnail(grid) for grid in grids])
    deviation = thumbs.std(axis=(0, 1, 2)) + 1e-6
    thumbs = (thumbs / deviation).reshape(len(thumbs), -1)
    originals = np.flatnonzero(~rows.copy)
    copied = np.flatnonzero(rows.copy)
    return near_duplicates(thumbs[originals], thumbs[originals[rows.image[copied]]], thumbs[copied])


def thumbnail(grid: Grid) -> Grid:
    """About 8 x 8 means of the grid's cells, over at least one cell each: (h, w, C) -> (8, 8, C) or less."""
    for axis in (0, 1):
        parts = min(THUMB, grid.shape[axis])
        starts = np.arange(parts) * grid.shape[axis] // parts
        lengths = np.diff(starts, append=grid.shape[axis])
        shape = [1, 1, 1]
        shape[axis] = parts
        grid = np.add.reduceat(grid.astype(np.float32), starts, axis=axis) / lengths.reshape(shape)
    return np.asarray(grid, np.float32)
