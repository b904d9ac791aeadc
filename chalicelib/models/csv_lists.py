"""CSV lists: a row for each image, with the columns `image` and `label`, and perhaps `mask`, `kind` and `split`.

Paths are relative to the list's folder. Columns are separated by commas, semicolons or tabs, and may stand in any order
beside others. Labels are the names of label folders (`good`, `ng`, ...), or 0 and 1; `split` is `train` or `test`.
"""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath

from chalicelib.models.dataset import ImageSet
from chalicelib.models.lists import ImageList, ListedImage, UnusableList, set_of
from chalicelib.models.names import ANOMALY, NAMES, NORMAL, label_of

type Row = Mapping[str, str]

COLUMNS = ("image", "label")
BY_NUMBER = {"0": NORMAL, "1": ANOMALY}
SPLITS = {"": False, "train": False, "training": False, "test": True, "testing": True}


def csv_set(path: Path) -> ImageSet:
    """The data set of a CSV list. Raises `UnusableList`."""
    listed = ImageList(path, "write test in the column split for the images to test on")
    for number, row in enumerate(rows(path, COLUMNS), 2):
        image = path.parent / local(row["image"])
        label = BY_NUMBER.get(row["label"], label_of(row["label"]))
        split = SPLITS.get(row.get("split", "").lower())
        if not row["image"] or label is None or split is None:
            reason = f"line {number} is not used: {_wrong(row, label)}"
            listed.left_out.setdefault(image if row["image"] else path, reason)
            continue
        mask = path.parent / local(row["mask"]) if row.get("mask") else None
        listed.images.append(ListedImage(image, label == ANOMALY, split, row.get("kind") or None, mask))
    return set_of(listed)


def csv_list(folder: Path) -> Path | None:
    """The CSV list of images in a folder, if there is one. Raises `UnusableList` where there are several."""
    lists = [path for path in sorted(folder.glob("*.[cC][sS][vV]")) if _is_list(path)]
    if len(lists) > 1:
        names = ", ".join(path.name for path in lists)
        raise UnusableList(f"{folder} has {len(lists)} lists of images: {names}. Give the list instead of the folder")
    return lists[0] if lists else None


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a CSV file that has these columns, by names in lower case. Raises `UnusableList`."""
    lines = _text(path).splitlines()
    head = lines[0] if lines else ""
    separator = max(",;\t", key=head.count)
    try:
        read = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        raise UnusableList(f"{path} is no CSV list of images: {error}") from error
    names = [name.strip().lower() for name in read[0]] if read else []
    if missing := [column for column in columns if column not in names]:
        there = ", ".join(filter(None, names)) or "nothing"
        perhaps = " and perhaps mask, kind and split" if columns == COLUMNS else ""
        raise UnusableList(
            f"{path} has no column {' and no column '.join(missing)}: its first line has {there}; expected"
            f" {','.join(columns)}{perhaps}"
        )
    empty = dict.fromkeys(names, "")
    return (empty | dict(zip(names, map(str.strip, row), strict=False)) for row in read[1:] if any(row))


def local(text: str) -> Path:
    """A path as a list has it, written for any system."""
    return Path(PureWindowsPath(text).as_posix())


def _is_list(path: Path) -> bool:
    try:
        next(iter(rows(path, COLUMNS)), None)
    except UnusableList:
        return False
    return True


def _text(path: Path) -> str:
    """The text of a file in UTF-8 or UTF-16, or as spreadsheets write it in western Europe."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableList(f"{path} cannot be read: {error.strerror}") from error
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise UnusableList(f"{path} is no text: give a folder of images, or a list that is saved as CSV")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _wrong(row: Row, label: str | None) -> str:
    if not row["image"]:
        return "it names no image"
    if label is None:
        names = (f"{each} (or {', '.join((*NAMES[each][1:4], number))})" for number, each in BY_NUMBER.items())
        return f"its label is {row['label'] or 'empty'}; expected {' or '.join(names)}"
    return f"its split is {row['split']}; expected train or test"
