"""The kinds of defects: which kind each anomalous image shows, as folders, file names or a CSV file say."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import below_label

MOST_KINDS = 12
COLUMNS = ("image", "kind")


class BadKinds(LinewatchError):
    """The CSV file of kinds cannot be used; the message says why."""


def kinds_from_names(paths: Sequence[Path]) -> dict[Path, str]:
    """The kind of defect of each image, by the folders below `anomaly/` or by words in the file names.

    Empty if they name no kinds: if all names have the same words, or nearly each its own. A word has two letters at
    least, so that numbers do not count.
    """
    names = {path: below_label(path) or re.findall(r"[^\W\d_]{2,}", path.stem) for path in paths}
    if any(map(below_label, paths)):
        return _distinguishing(names)
    return _distinguishing({path: (path.parent.name.lower(),) for path in paths}) or _distinguishing(names)


def _distinguishing(named: Mapping[Path, Sequence[str]]) -> dict[Path, str]:
    """The words that not all have, if they make few groups; else nothing."""
    shared = set.intersection(*map(set, named.values())) if named else set()
    found = {path: " ".join(word for word in words if word not in shared) for path, words in named.items()}
    count = len(set(found.values()))
    return found if 1 < count <= min(MOST_KINDS, len(named) / 2) else {}


def kinds_from_csv(file: Path, paths: Sequence[Path]) -> dict[Path, str]:
    """The kind of each image that the file lists: a CSV file with the columns `image` and `kind`.

    An image is given by the end of its path: its name, or with as many folders as make it unique. Raises `BadKinds`.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadKinds(f"{file} cannot be read: {error}") from error
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise BadKinds(f"{file} has no rows with the columns {' and '.join(COLUMNS)}")
    found: dict[Path, str] = {}
    for row in rows:
        end = PurePosixPath((row["image"] or "").replace("\\", "/")).parts
        found |= {path: (row["kind"] or "").strip() for path in paths if end and path.parts[-len(end) :] == end}
    if not found:
        raise BadKinds(f"{file} names none of the {len(paths)} anomalous images, such as {paths[0] if paths else '-'}")
    return found
