"""VisA: `Data/Images/Normal/`, `Data/Images/Anomaly/`, `Data/Masks/Anomaly/`, and perhaps a list that splits them.

The list is `split_csv/1cls.csv` beside the folder, or in it; `image_anno.csv` in the folder says the kinds of defects.
https://github.com/amazon-science/spot-diff
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from chalicelib.models.csv_lists import local, rows
from chalicelib.models.dataset import ImageSet, Labelled
from chalicelib.models.image_files import subfolder
from chalicelib.models.names import NORMAL, label_of

type Key = tuple[str, ...]  # the last folder and the name of an image, in lower case


def visa_images(folder: Path) -> Path | None:
    """`folder/Data/Images`, if it is there."""
    data = subfolder(folder, "data")
    return subfolder(data, "images") if data else None


def visa_set(folder: Path, labelled: Callable[[Path, Path | None], Labelled]) -> ImageSet:
    """The data set of one object of VisA; without a list that splits it, all images are for training."""
    images = visa_images(folder) or folder
    every = labelled(images, subfolder(images.parent, "masks"))
    name = folder.resolve().name
    paths = (*every.normal.paths, *every.anomaly.paths)
    kinds = _column(folder / "image_anno.csv", "label")
    every = replace(every, kinds={path: kind for path in every.anomaly.paths if (kind := _kind(kinds, path))})
    splits = _splits(folder, name)
    if not splits:
        none = replace(every, normal=every.normal[:0], anomaly=every.anomaly[:0])
        how = "list in split_csv/1cls.csv, beside the folder, which images are for the test"
        return ImageSet(name, every, replace(none, how_to_split=how))
    train = {path: "" for path in paths if splits.get(_key(path)) != "test"}
    unlisted = {path: "it is not in the list that splits the set" for path in paths if _key(path) not in splits}
    rest = {path: "" for path in paths if path not in train}
    return ImageSet(name, _only(every, rest).without(unlisted), replace(_only(every, train), left_out={}))


def _only(images: Labelled, others: Mapping[Path, str]) -> Labelled:
    return replace(images, normal=images.normal.without(others), anomaly=images.anomaly.without(others))


def _splits(folder: Path, name: str) -> dict[Key, str]:
    lists = [parent / "split_csv" / "1cls.csv" for parent in (folder, folder.resolve().parent)]
    found = next((path for path in lists if path.is_file()), None)
    return _column(found, "split", name) if found else {}


def _column(path: Path, column: str, name: str | None = None) -> dict[Key, str]:
    """A column of a list by image, of one object where the list has several. Empty when there is no list."""
    if not path.is_file():
        return {}
    every = rows(path, ("image", column))
    return {_key(local(row["image"])): row[column] for row in every if name is None or row.get("object") == name}


def _kind(kinds: Mapping[Key, str], path: Path) -> str | None:
    kind = kinds.get(_key(path), "")
    return kind if kind and label_of(kind) != NORMAL else None


def _key(path: Path) -> Key:
    return tuple(part.lower() for part in path.parts[-2:])
