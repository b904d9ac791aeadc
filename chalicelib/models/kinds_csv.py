"""The kinds of defects by a CSV file, for sets whose names do not say them."""

from collections.abc import Sequence
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.models.csv_lists import local, rows
from chalicelib.models.lists import UnusableList

COLUMNS = ("image", "kind")


class BadKinds(LinewatchError):
    """The CSV file of kinds cannot be used; the message says why."""


def kinds_from_csv(file: Path, paths: Sequence[Path]) -> dict[Path, str]:
    """The kind of each image that the file lists: a CSV file with the columns `image` and `kind`.

    An image is given by the end of its path: its name, or with as many folders as make it unique. Raises `BadKinds`.
    """
    try:
        listed = list(rows(file, COLUMNS))
    except UnusableList as error:
        raise BadKinds(str(error)) from error
    found: dict[Path, str] = {}
    for row in listed:
        end = local(row["image"]).parts
        found |= {path: row["kind"] for path in paths if end and path.parts[-len(end) :] == end}
    if not found:
        raise BadKinds(f"{file} names none of the {len(paths)} anomalous images, such as {paths[0] if paths else '-'}")
    return found
