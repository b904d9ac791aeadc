"""Data sets as folders: `normal/` and `anomaly/`, perhaps under `train/` and `test/`, with `masks/` beside them.

Folders are found by their names in any case. Nothing is left out in silence: `Labelled.left_out` says what and why.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import overload

import numpy as np

from chalicelib.models.image_files import FolderListing, find_images, is_system_name
from chalicelib.vision.arrays import THREADS, Photo
from chalicelib.vision.decode import Undecodable, decode
from chalicelib.vision.file_formats import FILES
from chalicelib.vision.training.train import MOST_IMAGES

LABELS = ("normal", "anomaly")
SPLITS = ("train", "test", "masks")


@dataclass(frozen=True)
class Photos(Sequence[Photo]):
    """Image files as a sequence of photos, each decoded when it is asked for: `Undecodable` then names the file."""

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
            return read_photo(self.paths[index])
        except Undecodable as error:
            raise Undecodable(f"{self.paths[index]}: {error}") from error

    def without(self, paths: Mapping[Path, str]) -> "Photos":
        """The photos but for these."""
        return Photos(tuple(path for path in self.paths if path not in paths))


@dataclass(frozen=True)
class Labelled:
    """The normal and the anomalous images of one folder, and what of the folder is not used: a path and the reason."""

    normal: Photos
    anomaly: Photos
    left_out: Mapping[Path, str] = field(default_factory=dict)
    folder: Path | None = None

    def without(self, reasons: Mapping[Path, str]) -> "Labelled":
        """The images but for these, which are left out for these reasons."""
        left_out = {**self.left_out, **reasons}
        return replace(
            self, normal=self.normal.without(reasons), anomaly=self.anomaly.without(reasons), left_out=left_out
        )


def read_photo(path: Path) -> Photo:
    """The photo in a file. Raises `Undecodable`, also when the file cannot be read."""
    try:
        return decode(path.read_bytes(), FILES)
    except OSError as error:
        raise Undecodable(f"the file cannot be read: {error.strerror}") from error


def labelled(folder: Path) -> Labelled:
    """The images under `folder/normal` and `folder/anomaly`, in the order of their names."""
    paths: dict[str, list[Path]] = {label: [] for label in LABELS}
    left_out: dict[Path, str] = {}
    for each in _folders_in(folder):
        if (label := each.name.lower()) in LABELS:
            listing = find_images(each)
            paths[label] += listing.images
            left_out |= listing.unusable | _others(each, listing)
        elif label not in SPLITS:
            left_out |= _not_understood(each, LABELS)
    loose = [path for path in images(folder) if path.parent == folder]
    if loose:
        left_out[folder] = f"{len(loose)} images stand in neither normal/ nor anomaly/, as {loose[0].name}"
    return Labelled(Photos(tuple(paths["normal"])), Photos(tuple(paths["anomaly"])), left_out, folder)


def beside_splits(folder: Path) -> dict[Path, str]:
    """The folders of images in a data set that are none of `train/`, `test/` and `masks/`, with the reason.

    Empty for a data set that is not split.
    """
    if not subfolder(folder, "train").is_dir():
        return {}
    others = [each for each in _folders_in(folder) if each.name.lower() not in SPLITS]
    return {path: reason for each in others for path, reason in _not_understood(each, SPLITS).items()}


def _folders_in(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    yield from (each for each in entries if each.is_dir() and not is_system_name(each.name))


def _not_understood(folder: Path, expected: Sequence[str]) -> dict[Path, str]:
    listing = find_images(folder)
    count = len(listing.images) + len(listing.unusable)
    names = ", ".join(f"{name}/" for name in expected)
    return {folder: f"{count} images in a folder of this name are not used: expected {names}"} if count else {}


def _others(folder: Path, listing: FolderListing) -> dict[Path, str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(listing.others.items()))
    return {folder: f"files that are no images by their suffix: {kinds}"} if kinds else {}


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
    few = {"normal": drawn(images.normal, kept, seed), "anomaly": drawn(images.anomaly, bad, seed)}
    return Labelled(**few, left_out=left_out, folder=images.folder)


def drawn(photos: Photos, count: int, seed: int) -> Photos:
    """That many of the photos, drawn by the seed."""
    kept = np.random.default_rng(seed).permutation(len(photos))[:count]
    return Photos(tuple(photos.paths[i] for i in sorted(kept)))


def subfolder(folder: Path, name: str) -> Path:
    """`folder/name`, or where that is not there the folder of this name in another case."""
    exact = folder / name
    return exact if exact.is_dir() else next((each for each in _folders_in(folder) if each.name.lower() == name), exact)


def training_folder(folder: Path) -> Path:
    """`folder/train` where it exists, else `folder` itself."""
    return train if (train := subfolder(folder, "train")).is_dir() else folder


def masks_folder(folder: Path, split: str) -> Path:
    """Where the masks of a split's images are, if there are any; `split` is empty for a data set without splits."""
    masks = subfolder(folder, "masks")
    return subfolder(masks, split) if split else masks


def training_masks(folder: Path) -> Path:
    """Where the masks of the images in `training_folder` are, if there are any."""
    return masks_folder(folder, "" if training_folder(folder) == folder else "train")


def images(folder: Path) -> tuple[Path, ...]:
    """The image files of a folder and its subfolders, by name; none when there is no such folder."""
    return tuple(find_images(folder).images)


def name_in_set(path: Path) -> str:
    """The file's name from its label's folder on; the name alone when it is in none."""
    return "/".join(path.parts[_label_at(path) :])


def below_label(path: Path) -> tuple[str, ...]:
    """The folders between an image and its label's folder, such as the kind of defect; none when it is in none."""
    return path.parts[_label_at(path) + 1 : -1]


def _label_at(path: Path) -> int:
    labels = [place for place, part in enumerate(path.parts[:-1]) if part.lower() in LABELS]
    return labels[-1] if labels else len(path.parts) - 1
