"""Where a row of the lake belongs, and which of two rows for the same run counts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from chalicelib.core.image import ImageName
from chalicelib.core.inspection import Inspection

PREFIX = "lake/inspections/"

IDENTITY = ("inspection_id", "run")
RANK = ("revision", "occurred_at")
"""Of rows with the same IDENTITY the one with the highest RANK counts; the same rank means the same event."""


@dataclass(frozen=True, slots=True)
class LakeRow:
    """What a row is about, without what it says."""

    inspection_id: str
    run: str
    revision: int
    occurred_at: datetime

    @property
    def rank(self) -> tuple[int, datetime]:
        """The values of `RANK`."""
        return self.revision, self.occurred_at


_file = re.compile(PREFIX + r"dt=(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})/line=(?P<line>[^/]+)/[^/]+\.parquet")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One day (of capture, UTC) of one line."""

    day: date
    line: str

    @property
    def prefix(self) -> str:
        """The Hive-style folder, `lake/inspections/dt=YYYY-MM-DD/line=<line>/`."""
        return f"{PREFIX}dt={self.day.isoformat()}/line={self.line}/"

    @classmethod
    def of(cls, inspection: Inspection) -> "Partition":
        """The partition of an inspection's row, the same for every revision of it.

        The day is the object key's: `captured_at` is not known of an image that failed before it was read, and
        changes when that image is inspected after all. Of a key without a day it is that of `captured_at`.
        """
        try:
            day = ImageName.from_key(inspection.key).captured_on
        except ValueError:
            day = inspection.captured_at.astimezone(UTC).date()
        return cls(day, inspection.line)

    @classmethod
    def from_key(cls, key: str) -> "Partition":
        """The partition of a file's key; ValueError when the key is not a file of the lake."""
        found = _file.fullmatch(key)
        if found is None:
            raise ValueError(f"the key {key!r} is no file of the lake: {PREFIX}dt=<date>/line=<line>/<name>.parquet")
        return cls(date.fromisoformat(found["day"]), found["line"])


def digest_of(names: Iterable[str]) -> str:
    """A name for a set of names: the same set, in any order, always makes the same file."""
    return sha256("\n".join(sorted(set(names))).encode()).hexdigest()[:32]
