"""Data sets as folders: `normal/` and `anomaly/`, perhaps under `train/` and `test/`, with `masks/` beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import Undecodable, decode
from chalicelib.vision.training.train import MOST_IMAGES

SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Photos(Sequence[Photo]):
    """Image files as a sequence of photos, each decoded when it is asked for."""

    paths: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> Photo: ...
    @overload
    def __getitem__(self, index: slice) -> "Photos": ...
    def __getitem__(self, index: int | slice) -> "Photo | Photos":
        if isinstance(index, slice):
            return Photos(self.paths[index])
        try:
            return decode(self.paths[index].read_bytes())
        except Undecodable as error:
            raise Undecodable(f"{self.paths[index]}: {error}") from error


@dataclass(frozen=True)
class Labelled:
    """The normal and the anomalous images of one folder."""

    normal: Photos
    anomaly: Photos


def labelled(folder: Path) -> Labelled:
    """The images under `folder/normal` and `folder/anomaly`, in the order of their names."""
    return Labelled(Photos(images(folder / "normal")), Photos(images(folder / "anomaly")))


def sampled(images: Labelled, normals: int | None, anomalies: int | None, seed: int) -> Labelled:
    """At most so many of each, and no more than training has room for: then about as many of both."""
    kept = len(images.normal) if normals is None else min(normals, len(images.normal))
    bad = len(images.anomaly) if anomalies is None else min(anomalies, len(images.anomaly))
    if kept + bad > MOST_IMAGES:
        bad = min(bad, max(MOST_IMAGES // 2, MOST_IMAGES - kept))
        kept = MOST_IMAGES - bad
    return Labelled(drawn(images.normal, kept, seed), drawn(images.anomaly, bad, seed))


def drawn(photos: Photos, count: int, seed: int) -> Photos:
    """That many of the photos, drawn by the seed."""
    kept = np.random.default_rng(seed).permutation(len(photos))[:count]
    return Photos(tuple(photos.paths[i] for i in sorted(kept)))


def training_folder(folder: Path) -> Path:
    """`folder/train` where it exists, else `folder` itself."""
    return folder / "train" if (folder / "train").is_dir() else folder


def training_masks(folder: Path) -> Path:
    """Where the masks of the images in `training_folder` are, if there are any."""
    return folder / "masks" / training_folder(folder).relative_to(folder)


def images(folder: Path) -> tuple[Path, ...]:
    """The image files of a folder and its subfolders, by name; none when there is no such folder."""
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES))


def mask_of(image: Path, folder: Path) -> Path | None:
    """The mask of an image in a folder of masks: a PNG of the same name, perhaps with `_mask` after it."""
    candidates = (folder / f"{image.stem}{ending}.png" for ending in ("", "_mask"))
    return next((path for path in candidates if path.is_file()), None)


def read_mask(path: Path) -> NDArray[np.bool_]:
    """A mask (H, W), true where white, at most 256 px a side."""
    with Image.open(path) as image:
        grey = image.convert("L")
    grey.thumbnail((256, 256), Image.Resampling.NEAREST)
    return np.asarray(grey) > 127
