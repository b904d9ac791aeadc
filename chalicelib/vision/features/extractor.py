"""The feature extractor: a photo, its part upright and aligned, as cells to match and a texture.

With them comes which of them are known: they show the photo, and are to be inspected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known, Photo, boxed, halved
from chalicelib.vision.augment import mirrored
from chalicelib.vision.features.alignment import Alignment, Motion, moved_back
from chalicelib.vision.features.backbone import Backbone
from chalicelib.vision.features.filters import CELL, filter_features
from chalicelib.vision.features.marked import marked_cells
from chalicelib.vision.features.region import Region
from chalicelib.vision.features.resizing import Shape, resized
from chalicelib.vision.features.upright import Upright, repainted


@dataclass(frozen=True)
class PlacedPhoto:
    """A photo to learn from: where its part is, and how the aligned photo is to be mirrored."""

    photo: Photo
    motion: Motion | None  # still to be found if None
    way: int  # 0 for not at all; see `mirrored`


@dataclass(frozen=True)
class Features:
    """What is matched, cell by cell, and the texture that describes the whole; and which of their cells are known.

    The other cells lie beyond the photo's edge, once its part is moved to where the template has it, or are not to be
    inspected.
    """

    cells: Grid  # (H / 16, W / 16, C)
    texture: Grid  # (H / 8, W / 8, D)
    known: Known  # (H / 16, W / 16)
    known_texture: Known  # (H / 8, W / 8)

    def in_half_precision(self) -> "Features":
        """The same as float16, to save memory."""
        return replace(self, cells=self.cells.astype(np.float16), texture=self.texture.astype(np.float16))

    def filled(self, filling: "Filling") -> "Features":
        """The same with the mean features of normals in cells that are not known."""
        if self.known_texture.all():
            return self
        cells = _filled(self.cells, self.known, filling.cells)
        return replace(self, cells=cells, texture=_filled(self.texture, self.known_texture, filling.texture))


@dataclass(frozen=True)
class Filling:
    """The mean features of normals at each cell, over the normals that know it."""

    cells: NDArray[np.float16]  # (h, w, C)
    texture: NDArray[np.float16]  # (2 h, 2 w, D)


@dataclass(frozen=True)
class Extractor:
    """Photos to features: upright if parts lie at any angle, aligned if they have a place, by filters or a backbone."""

    upright: Upright | None
    alignment: Alignment | None
    backbone: Backbone | None
    region: Region | None  # where the template has it; upright parts have their own
    filling: Filling | None  # if cells may be unknown, once it is fitted

    @property
    def placing(self) -> str:
        """What is done about the place of parts, in words."""
        ways = [word for word, part in (("brought upright", self.upright), ("aligned", self.alignment)) if part]
        return " and ".join(ways) or "left where they are"

    @property
    def fills(self) -> bool:
        """Whether cells may be unknown."""
        return bool(self.upright or self.alignment or self.region)

    def framed(self, photo: Photo, size: Shape) -> tuple[Photo, Motion]:
        """A photo of any size at the working size (height, width), and where it lies in the whole photo.

        Upright it is a frame around the part, else the whole photo.
        """
        return self.upright.framed(photo) if self.upright else (resized(photo, size), Motion())

    def painted(self, photo: Photo) -> Photo:
        """A photo of the working size with the region's colour in all that is not inspected, if no part is moved."""
        return self.region.painted(photo) if self.region else photo

    def repainted(self, photo: Photo, changed: Photo) -> Photo:
        """A changed copy of a photo of the working size, with one colour around an upright part again."""
        return repainted(photo, changed) if self.upright else changed

    def motion(self, photo: Photo) -> Motion:
        """Where the part is in a photo (H, W, 3) of the working size."""
        return self.alignment.motion(photo) if self.alignment else Motion()

    def extract(self, photo: Photo, motion: Motion) -> Features:
        """The features of a photo whose part is moved back by `motion`, with those of normals beyond its edge."""
        features = self.extract_unfilled(photo, motion)
        return features.filled(self.filling) if self.filling else features

    def cells_of(self, photo: Photo) -> Grid:
        """The cells (h, w, C) of a photo (H, W, 3), its part moved back."""
        return self.extract(photo, self.motion(photo)).cells

    def extract_placed(self, placed: PlacedPhoto) -> Features:
        """The features to learn from, not yet filled, in half precision."""
        motion = self.motion(placed.photo) if placed.motion is None else placed.motion
        return self.extract_unfilled(placed.photo, motion, placed.way).in_half_precision()

    def extract_unfilled(self, photo: Photo, motion: Motion, way: int = 0) -> Features:
        """The features of a photo whose part is moved back, and which is then mirrored in a `way` if not 0."""
        cells = photo.shape[0] // CELL, photo.shape[1] // CELL
        known = motion.known(cells, CELL)
        if self.alignment:
            photo = self.alignment.aligned(photo, motion)
        if self.upright:
            known = known & (self.upright.part > 0)
        if self.region:
            photo, known = self.region.painted(photo), known & self.region.known
        if way:
            photo, known = mirrored(photo, way), mirrored(known, way)
        height, width = known.shape
        return Features(*self._grids(photo), known.reshape(height // 2, 2, width // 2, 2).all(axis=(1, 3)), known)

    def to_photo(self, anomaly_map: NDArray[np.float32], motion: Motion) -> NDArray[np.float32]:
        """A map (h, w) of cells, moved from the template's place back to where the whole photo has the part."""
        if self.upright:
            return moved_back(anomaly_map, motion, 2 * CELL, self.upright.photo_size)
        height, width = anomaly_map.shape
        return moved_back(anomaly_map, motion, 2 * CELL, (height * 2 * CELL, width * 2 * CELL))

    def to_cells(self, mask: Known, motion: Motion, cells: Shape) -> NDArray[np.float32]:
        """The share of each of (h, w) cells that a mask (H, W) of the whole photo marks, where the template has it."""
        size = self.upright.photo_size if self.upright else (cells[0] * 2 * CELL, cells[1] * 2 * CELL)
        return marked_cells(mask, motion, cells, size)

    def _grids(self, photo: Photo) -> tuple[Grid, Grid]:
        if self.backbone:
            return self.backbone.grids(photo)
        texture = filter_features(photo)
        return halved(boxed(texture)), texture


def fill_all(
    features: list[Features], ways: NDArray[np.int64], normal: NDArray[np.bool_]
) -> tuple[Filling, list[Features]]:
    """The filling of normals, and all m features filled, each as the normals that are mirrored in the same way."""
    fillings = {
        way: fit_filling([features[row] for row in np.flatnonzero((ways == way) & normal)])
        for way in set(ways[normal].tolist())
    }
    filled = [each.filled(fillings.get(way, fillings[0])) for each, way in zip(features, ways.tolist(), strict=True)]
    return fillings[0], filled


def fit_filling(normals: Sequence[Features]) -> Filling:
    """From features of normals; a cell that none of them shows gets the mean of all cells that are shown."""
    cells = _mean_shown([each.cells for each in normals], [each.known for each in normals])
    return Filling(cells, _mean_shown([each.texture for each in normals], [each.known_texture for each in normals]))


def _mean_shown(grids: Sequence[Grid], known: Sequence[Known]) -> NDArray[np.float16]:
    total = np.zeros(grids[0].shape, np.float64)
    count = np.zeros(total.shape[:2])
    for grid, shown in zip(grids, known, strict=True):
        total += np.where(shown[..., None], grid, 0)
        count += shown
    everywhere = total.sum(axis=(0, 1)) / max(1, count.sum())
    return np.where(count[..., None] > 0, total / np.maximum(count, 1)[..., None], everywhere).astype(np.float16)


def _filled(grid: Grid, known: Known, mean: NDArray[np.float16]) -> Grid:
    filled = grid.copy()
    filled[~known] = mean[~known]
    return filled
