"""The rows that training works on: each image, most of them followed by changed copies, and who resembles whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.groups import near_duplicates
from chalicelib.vision.intake import Progress
from chalicelib.vision.jitter import jittered, roughened

MOST_ROWS = 900  # keep the artifact under 12 MB and training quick
THREADS = 2  # numpy lets go of the interpreter in its inner loops
THUMB = 8  # cells a side


@dataclass(frozen=True)
class Rows:
    """Which image each row is of, the changed copies after their image; normals first."""

    image: NDArray[np.int64]  # (m,)
    change: NDArray[np.int64]  # (m,) 0 the image, 1 jittered, 2 jittered and roughened
    anomalous: NDArray[np.bool_]  # (m,)

    @property
    def normals(self) -> int:
        """How many rows, from the first on, are normals and their copies."""
        return int((~self.anomalous).sum())

    @property
    def original(self) -> NDArray[np.bool_]:
        """(m,) whether the row is an image as it came."""
        return np.asarray(self.change == 0)

    @property
    def smooth(self) -> NDArray[np.bool_]:
        """(m,) whether the row is not roughened: roughness, were it usual, would hide defects from the maps."""
        return np.asarray(self.change < 2)

    def photos(self, photos: Sequence[Photo], rng: np.random.Generator) -> Iterator[Photo]:
        """The photo of each row, in order."""
        for image, change in zip(self.image, self.change, strict=True):
            photo = jittered(photos[image], rng) if change else photos[image]
            yield roughened(photo, rng) if change == 2 else photo


def rows_of(normals: int, anomalies: int) -> Rows:
    """The rows for so many images: a jittered copy of each, a rough one of each normal, or what there is room for."""
    images = normals + anomalies
    copies = np.zeros(images, np.int64)
    for wanted in (images, normals):
        room = max(0, MOST_ROWS - images - int(copies.sum()))
        copies[np.linspace(0, wanted - 1, min(wanted, room)).astype(int)] += 1
    image = np.repeat(np.arange(images), 1 + copies)
    change = np.arange(len(image)) - np.searchsorted(image, image)
    return Rows(image, change, image >= normals)


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
    originals, copied = np.flatnonzero(rows.original), np.flatnonzero(rows.change == 1)
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
