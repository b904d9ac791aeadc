"""The rows that training works on: the images, changed copies of them, and who resembles whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.groups import near_duplicates
from chalicelib.vision.intake import Progress
from chalicelib.vision.jitter import jittered, roughened

MOST_ROWS = 1600  # keep the artifact under 12 MB and training quick
FAMILIAR_ROWS = 600  # normals and copies that tell what is familiar as a whole
THREADS = 2  # numpy lets go of the interpreter in its inner loops
THUMB = 8  # cells a side
ORIGINAL, JITTERED, ROUGHENED, MIRRORED = range(4)  # what is done to the image of a row


@dataclass(frozen=True)
class Rows:
    """Which image each row is of, and how it was changed; normals first, of either class the originals first."""

    image: NDArray[np.int64]  # (m,)
    change: NDArray[np.int64]  # (m,)
    way: NDArray[np.int64]  # (m,) in which it is mirrored, or 0
    anomalous: NDArray[np.bool_]  # (m,)

    @property
    def normals(self) -> int:
        """How many rows, from the first on, are normals and their copies."""
        return int((~self.anomalous).sum())

    @property
    def original(self) -> NDArray[np.bool_]:
        """(m,) whether the row is an image as it came."""
        return np.asarray(self.change == ORIGINAL)

    @property
    def smooth(self) -> NDArray[np.bool_]:
        """(m,) whether the row may teach the maps: its places are its own, and no roughness would hide defects."""
        return np.asarray(self.change < ROUGHENED)

    def photos(self, photos: Sequence[Photo], rng: np.random.Generator) -> Iterator[tuple[Photo, int | None, int]]:
        """Of each row, in order: its photo, the image that has the part where it has it, and how it is to be mirrored.

        No image has the part where a jittered photo has it.
        """
        for image, change, way in zip(self.image.tolist(), self.change.tolist(), self.way.tolist(), strict=True):
            if change in (ORIGINAL, MIRRORED):
                yield photos[image], image, way
                continue
            photo = jittered(photos[image], rng)
            yield roughened(photo, rng) if change == ROUGHENED else photo, None, way


def rows_of(normals: int, anomalies: int, mirrorings: int) -> Rows:
    """The rows for so many images: a jittered copy of each, a rough one of each normal, and each mirrored in all ways.

    As many of them as there is room for, in this order; of the ways to mirror, every image gets others first.
    Without anomalies there is less to learn, and less room.
    """
    most = MOST_ROWS if anomalies else min(MOST_ROWS, max(FAMILIAR_ROWS, 3 * normals))
    images = np.arange(normals + anomalies)
    straight = np.zeros(len(images), np.int64)
    passes = [(images, ORIGINAL, straight), (images, JITTERED, straight), (images[:normals], ROUGHENED, straight)]
    for ways in (np.arange(1, 4), np.arange(4, mirrorings + 1)):
        passes += [(images, MIRRORED, ways[(images + turn) % len(ways)]) for turn in range(len(ways))]
    rows = np.zeros((0, 3), np.int64)
    for among, change, way in passes:
        room = min(len(among), most - len(rows))
        chosen = np.linspace(0, len(among) - 1, room).astype(int)
        rows = np.concatenate([rows, np.column_stack([among[chosen], np.full(room, change), way[chosen]])])
    image, changes, mirrored = rows[np.argsort(rows[:, 0] >= normals, kind="stable")].T
    return Rows(image, changes, mirrored, image >= normals)


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
    originals, copied = np.flatnonzero(rows.original), np.flatnonzero(rows.change == JITTERED)
    normals = int((~rows.anomalous[originals]).sum())
    return near_duplicates(thumbs[originals], thumbs[originals[rows.image[copied]]], thumbs[copied], normals)


def familiar_rows(rows: Rows, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of normals that tell what is familiar: at most 600, the originals first, then copies of each kind.

    Of many normals, groups of near-duplicates (n,) are drawn whole, so that no image is judged by its like.
    """
    normals = rows.image[rows.original & ~rows.anomalous]
    most = FAMILIAR_ROWS // 3  # an original, a jittered and a roughened row of each
    drawn = np.unique(groups[normals])
    if len(normals) > most:
        drawn = drawn[np.linspace(0, len(drawn) - 1, int(len(drawn) * most / len(normals))).astype(int)]
    return np.flatnonzero(~rows.anomalous & np.isin(groups[rows.image], drawn))[:FAMILIAR_ROWS]


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
