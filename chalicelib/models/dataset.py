"""Data sets: the normal and the anomalous images to train and to test on, and what of them is not used.

`layouts` reads them from folders and lists. Nothing is left out in silence: `Labelled.left_out` says what and why.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import overload

import numpy as np

from chalicelib.models.mask_files import MaskFiles
from chalicelib.vision.arrays import THREADS, Photo
from chalicelib.vision.decode import Reduced, Undecodable, decode, decode_reduced
from chalicelib.vision.detector import Detector
from chalicelib.vision.file_formats import FILES
from chalicelib.vision.grey_bits import grey_bits_of
from chalicelib.vision.training.train import MOST_IMAGES


@dataclass(frozen=True)
class Photos(Sequence[Photo]):
    """Image files as a sequence of photos, each decoded when it is asked for: `Undecodable` then names the file."""

    paths: tuple[Path, ...]
    grey_bits: int = 16  # that 16-bit greys are read with: see `vision.grey_bits`

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> Photo: ...
    @overload
    def __getitem__(self, index: slice) -> "Photos": ...
    def __getitem__(self, index: int | slice) -> "Photo | Photos":
        if isinstance(index, slice):
            return replace(self, paths=self.paths[index])
        try:
            return read_photo(self.paths[index], self.grey_bits)
        except Undecodable as error:
            raise Undecodable(f"{self.paths[index]}: {error}") from error

    def without(self, paths: Mapping[Path, str]) -> "Photos":
        """The photos but for these."""
        return replace(self, paths=tuple(path for path in self.paths if path not in paths))


@dataclass(frozen=True)
class Labelled:
    """The normal and the anomalous images of one part of a set, and what is known about them."""

    normal: Photos
    anomaly: Photos
    left_out: Mapping[Path, str] = field(default_factory=dict)  # what is not used, with the reason
    folder: Path | None = None  # where they were looked for: a folder, or a list
    masks: MaskFiles = field(default_factory=MaskFiles)
    kinds: Mapping[Path, str] = field(default_factory=dict)  # of anomalies, where the set says them
    how_to_split: str = ""  # how to say what is for the test, where the folders do not say it

    def without(self, reasons: Mapping[Path, str]) -> "Labelled":
        """The images but for these, which are left out for these reasons."""
        left_out = {**self.left_out, **reasons}
        return replace(
            self, normal=self.normal.without(reasons), anomaly=self.anomaly.without(reasons), left_out=left_out
        )

    def with_grey_bits(self, bits: int) -> "Labelled":
        """The images, with 16-bit greys read as so many bits."""
        normal, anomaly = (replace(photos, grey_bits=bits) for photos in (self.normal, self.anomaly))
        return replace(self, normal=normal, anomaly=anomaly)


@dataclass(frozen=True)
class ImageSet:
    """A data set. `test` has no images where the set is not split."""

    name: str
    train: Labelled
    test: Labelled


def read_photo(path: Path, grey_bits: int = 16) -> Photo:
    """The photo in a file. Raises `Undecodable`, also when the file cannot be read."""
    return decode(_content(path), FILES, grey_bits)


def read_reduced(path: Path, detector: Detector) -> Reduced:
    """The photo in a file as this detector needs it. Raises `Undecodable`, also when the file cannot be read."""
    return decode_reduced(_content(path), detector.wanted_size, FILES, grey_bits_of(detector.metadata))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Undecodable(f"the file cannot be read: {error.strerror}") from error


def readable(images: Labelled) -> Labelled:
    """The images that can be decoded; the others are left out. Decodes every one."""
    paths = (*images.normal.paths, *images.anomaly.paths)
    with ThreadPoolExecutor(THREADS) as pool:
        reasons = dict(zip(paths, pool.map(_reason_against, paths), strict=True))
    return images.without({path: reason for path, reason in reasons.items() if reason})


def _reason_against(path: Path) -> str | None:
    try:
        read_photo(path)
    except Undecodable as error:
        return str(error)
    return None


def sampled(images: Labelled, normals: int | None, anomalies: int | None, seed: int) -> Labelled:
    """At most so many of each, and no more than training has room for: then about as many of both."""
    kept = len(images.normal) if normals is None else min(normals, len(images.normal))
    bad = len(images.anomaly) if anomalies is None else min(anomalies, len(images.anomaly))
    left_out = dict(images.left_out)
    if kept + bad > MOST_IMAGES:
        if images.folder:
            lot = f"{kept + bad - MOST_IMAGES} images by lot: training takes at most {MOST_IMAGES}"
            left_out[images.folder] = "; ".join(filter(None, [left_out.get(images.folder), lot]))
        bad = min(bad, max(MOST_IMAGES // 2, MOST_IMAGES - kept))
        kept = MOST_IMAGES - bad
    normal, anomaly = drawn(images.normal, kept, seed), drawn(images.anomaly, bad, seed)
    return replace(images, normal=normal, anomaly=anomaly, left_out=left_out)


def drawn(photos: Photos, count: int, seed: int) -> Photos:
    """That many of the photos, drawn by the seed."""
    kept = np.random.default_rng(seed).permutation(len(photos))[:count]
    return replace(photos, paths=tuple(photos.paths[i] for i in sorted(kept)))
