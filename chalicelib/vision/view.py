"""What a detector sees of a photo: two grids of features of the aligned photo, and which cells show the photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.alignment import Alignment, Motion
from chalicelib.vision.arrays import Grid, Known, Photo, boxed, halved
from chalicelib.vision.backbone import Backbone
from chalicelib.vision.filters import CELL, filter_features
from chalicelib.vision.jitter import mirrored


@dataclass(frozen=True)
class View:
    """A fine (H / 8, W / 8, C) and a coarse (H / 16, W / 16, C) grid, and which of their cells show the photo.

    The others are where the photo ends, once its part is moved to where the template has it.
    """

    grids: tuple[Grid, Grid]
    known: tuple[Known, Known]

    def in_half_precision(self) -> "View":
        """With features of half precision, to save memory."""
        fine, coarse = self.grids
        return View((fine.astype(np.float16), coarse.astype(np.float16)), self.known)

    def filled(self, filling: "Filling") -> "View":
        """With the usual features in cells that do not show the photo."""
        if self.known[0].all():
            return self
        pairs = zip(self.grids, self.known, (filling.fine, filling.coarse), strict=True)
        fine, coarse = (np.where(known[..., None], grid, usual.astype(grid.dtype)) for grid, known, usual in pairs)
        return View((fine, coarse), self.known)


@dataclass(frozen=True)
class Filling:
    """The mean features of normals, where they show."""

    fine: NDArray[np.float16]  # (h, w, C)
    coarse: NDArray[np.float16]  # (h / 2, w / 2, C)


@dataclass(frozen=True)
class Viewer:
    """How photos are seen: aligned where parts have a place, by the filters or by a backbone."""

    alignment: Alignment | None
    backbone: Backbone | None
    filling: Filling | None  # with an alignment, once it is fitted

    def motion(self, photo: Photo) -> Motion:
        """Where the part is in a photo (H, W, 3), sides multiples of 32."""
        return self.alignment.motion(photo) if self.alignment else Motion()

    def seen(self, photo: Photo, motion: Motion) -> View:
        """The photo with its part moved back by `motion`, and with the features of normals where it ends."""
        view = self.view(photo, motion)
        return view.filled(self.filling) if self.filling else view

    def view(self, photo: Photo, motion: Motion, way: int = 0) -> View:
        """What is to be seen of the photo with its part moved back, and then mirrored in a `way` if not 0."""
        cells = photo.shape[0] // CELL, photo.shape[1] // CELL
        known = np.ones(cells, np.bool_)
        if self.alignment:
            photo, known = self.alignment.aligned(photo, motion), motion.known(cells, CELL)
        if way:
            photo, known = mirrored(photo, way), mirrored(known, way)
        height, width = known.shape
        return View(self._features(photo), (known, known.reshape(height // 2, 2, width // 2, 2).all(axis=(1, 3))))

    def returned(self, grid: NDArray[np.float32], motion: Motion) -> NDArray[np.float32]:
        """A map (h, w) of coarse cells where the photo itself has the part."""
        return self.alignment.returned(grid, motion, 2 * CELL) if self.alignment else grid

    def _features(self, photo: Photo) -> tuple[Grid, Grid]:
        if self.backbone:
            return self.backbone.grids(photo)
        fine = filter_features(photo)
        return fine, halved(boxed(fine))


def fit_filling(views: Sequence[View]) -> Filling:
    """From views of normals; a cell that none of them shows is given the mean of all that are shown."""
    fine, coarse = (_shown(views, level) for level in (0, 1))
    return Filling(fine, coarse)


def _shown(views: Sequence[View], level: int) -> NDArray[np.float16]:
    total = np.zeros(views[0].grids[level].shape, np.float64)
    count = np.zeros(total.shape[:2])
    for view in views:
        total += np.where(view.known[level][..., None], view.grids[level], 0)
        count += view.known[level]
    everywhere = total.sum(axis=(0, 1)) / max(1, count.sum())
    return np.where(count[..., None] > 0, total / np.maximum(count, 1)[..., None], everywhere).astype(np.float16)
