"""Groups of images that were taken together, as their names say: by subfolder, camera, day, or a part of the name.

Parts of another day or camera look different. Figures that leave out one image at a time do not show that; figures that
leave out whole groups do.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chalicelib.models.names import below_label

LEAST_GROUPS = 3
SMALLEST = 3  # images on average
LARGEST_SHARE = 0.5  # of the normals: without a larger group too few would be left to learn from
MOST_TOKENS = 8  # of a name that are looked at

_CAMERA = re.compile(r"(?i)(?<![a-z])(cam(?:era)?[-_ ]?\d+)")
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?=\D|$|\d{4}(?:\d\d)?(?!\d))")

type Key = Callable[[Path], str]


@dataclass(frozen=True)
class NameGroups:
    """Groups of n images, normals first, and what of the names they come from."""

    by: str
    groups: NDArray[np.int64]  # (n,) the same number for images of one group


def groups_from_names(normal: Sequence[Path], anomaly: Sequence[Path] = ()) -> NameGroups | None:
    """The groups that the names of normals say; an anomaly belongs to the group of normals of its day, camera, ...

    Any other anomaly is a group alone, as is an image whose name does not say it: folders of anomalies are kinds of
    defects. None if no part of the names makes at least 3 groups of 3 normals on average, none above half of them.
    """
    tokens = [(f"part {place + 1} of the name", _token(place)) for place in range(MOST_TOKENS)]
    for by, key in [("subfolder", _folder), ("camera", _camera), ("day", _day), *tokens]:
        keys = [key(path) for path in normal]
        if _make_groups(keys):
            known = {each: number for number, each in enumerate(sorted(set(filter(None, keys))))}
            every = [*keys, *(_of_anomaly(path, key, known) for path in anomaly)]
            alone = [known.get(each, len(known) + place) for place, each in enumerate(every)]
            return NameGroups(by, np.array(alone, np.int64))
    return None


def _of_anomaly(path: Path, key: Key, known: Mapping[str, int]) -> str:
    """The group of an anomaly, in whose name the kind of defect may stand before: `Crack_exp4_num_97`."""
    found = key(path)
    words = [token for token in _tokens(path) if not token.isdigit()]
    return found if found in known else next((word for word in words if word in known), "")


def _make_groups(keys: Sequence[str]) -> bool:
    counts = Counter(key for key in keys if key)
    named = sum(counts.values())
    return (
        len(counts) >= LEAST_GROUPS
        and named >= SMALLEST * len(counts)
        and 2 * named >= len(keys)
        and max(counts.values()) <= LARGEST_SHARE * len(keys)
    )


def _folder(path: Path) -> str:
    return "/".join(below_label(path))


def _camera(path: Path) -> str:
    found = _CAMERA.search("/".join((*below_label(path), path.stem)))
    return re.sub(r"[-_ ]", "", found[1]).lower() if found else ""


def _day(path: Path) -> str:
    found = _DAY.search("/".join((*below_label(path), path.stem)))
    return "".join(found.groups()) if found else ""


def _token(place: int) -> Key:
    """The part of the name at this place between `_`, `-`, `.` or spaces; never the last, which is a number."""

    def key(path: Path) -> str:
        parts = _tokens(path)
        return parts[place] if place < len(parts) - 1 else ""

    return key


def _tokens(path: Path) -> list[str]:
    return [part for part in re.split(r"[-_. ]+", path.stem.lower()) if part]
