"""Data sets that are lists: each image with its label, whatever folder it stands in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import ImageSet, Labelled, Photos
from chalicelib.models.drawings import Drawing
from chalicelib.models.mask_files import MaskFiles


class UnusableList(LinewatchError):
    """This is no list or folder of images; the message says what is wrong and what is expected."""


@dataclass(frozen=True)
class ListedImage:
    """One image of a list."""

    path: Path
    anomalous: bool
    test: bool = False
    kind: str | None = None
    mask: Path | Drawing | None = None


@dataclass
class ImageList:
    """The images of a list, and what of it is not used: a path, or the list itself, with the reason.

    `how_to_split` says how such a list names what is for the test.
    """

    source: Path
    how_to_split: str = ""
    images: list[ListedImage] = field(default_factory=list)
    left_out: dict[Path, str] = field(default_factory=dict)


def set_of(listed: ImageList) -> ImageSet:
    """The data set of a list. An image that is missing, or that is listed with both labels, is left out."""
    by_path: dict[Path, list[ListedImage]] = {}
    for image in listed.images:
        by_path.setdefault(image.path, []).append(image)
    reasons = {path: reason for path, rows in by_path.items() if (reason := _reason_against(path, rows))}
    used = [rows[0] for path, rows in by_path.items() if path not in reasons]
    train = _part([image for image in used if not image.test], listed, {**listed.left_out, **reasons})
    return ImageSet(listed.source.resolve().stem, train, _part([image for image in used if image.test], listed, {}))


def _reason_against(path: Path, rows: Sequence[ListedImage]) -> str | None:
    if len({row.anomalous for row in rows}) > 1:
        return "it is listed as normal and as anomalous"
    if len({row.test for row in rows}) > 1:
        return "it is listed for training and for the test"
    return None if is_file(path) else "it is listed, but there is no such file"


def is_file(path: Path) -> bool:
    """Also of a name that is too long for a file."""
    try:
        return path.is_file()
    except OSError:
        return False


def _part(images: Iterable[ListedImage], listed: ImageList, left_out: Mapping[Path, str]) -> Labelled:
    every = list(images)
    normal, anomaly = (Photos(tuple(each.path for each in every if each.anomalous == bad)) for bad in (False, True))
    masks = {each.path: each.mask for each in every if each.mask}
    missing = [str(mask) for mask in masks.values() if isinstance(mask, Path) and not is_file(mask)]
    notes = [f"{len(missing)} masks are listed, but there are no such files, as {missing[0]}"] if missing else []
    found = {path: mask for path, mask in masks.items() if isinstance(mask, Drawing) or is_file(mask)}
    kinds = {each.path: each.kind for each in every if each.kind and each.anomalous}
    return Labelled(normal, anomaly, left_out, listed.source, MaskFiles(found, notes), kinds, listed.how_to_split)
