"""The kinds of defects, by the folders or the names of the images."""

import re
from collections.abc import Sequence
from pathlib import Path

from chalicelib.models.names import below_label

MOST_KINDS = 12


def kinds(paths: Sequence[Path]) -> dict[Path, str]:
    """The kind of defect of each image, by the folders below `anomaly/` or by words in the file names.

    Empty if they name no kinds: if all names have the same words, or nearly each its own.
    """
    named = {path: _words(path) for path in paths}
    shared = set.intersection(*map(set, named.values())) if named else set()
    found = {path: " ".join(word for word in words if word not in shared) for path, words in named.items()}
    count = len(set(found.values()))
    return found if 1 < count <= min(MOST_KINDS, len(paths) / 2) else {}


def _words(path: Path) -> list[str]:
    return list(below_label(path)) or re.findall(r"[^\W\d_]{2,}", path.stem)
