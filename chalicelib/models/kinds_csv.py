"""The kinds of defects by a CSV file, for sets whose names do not say them."""

import csv
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from chalicelib.core.errors import LinewatchError

COLUMNS = ("image", "kind")


class BadKinds(LinewatchError):
    """The CSV file of kinds cannot be used; the message says why."""


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
