"""The partition of a row of the lake, and which of several rows of the same run is valid."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256

from chalicelib.core.image import ImageName
from chalicelib.core.inspection import Inspection

PREFIX = "lake/inspections/"

IDENTITY = ("inspection_id", "run")
RANK = ("revision", "occurred_at")
"""Of rows with the same IDENTITY, the one with the highest RANK is valid; equal ranks mean the same event."""


@dataclass(frozen=True, slots=True)
class LakeRow:
    """The identity and the rank of a row."""

    inspection_id: str
    run: str
    project: str
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
        """The partition of an inspection, the same for all its revisions.

        The day comes from the object key: for an image that failed before it was read, `captured_at` is not known yet,
        and changes when the image is inspected later. If the key has no day, it is the day of `captured_at`.
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
            raise ValueError(f"the key {key!r} is not a file of the lake: {PREFIX}dt=<date>/line=<line>/<name>.parquet")
        return cls(date.fromisoformat(found["day"]), found["line"])


@dataclass
class Scanned:
    """What was read so far: `size` bytes of the `files`, by path."""

    size: int = 0
    files: set[str] = field(default_factory=set)

    def add(self, files: Mapping[str, bytes]) -> None:
        """Files that were read whole, by key."""
        self.files |= files.keys()
        self.size += sum(map(len, files.values()))

    def __str__(self) -> str:
        number = len(self.files)
        return f"{self.size / 1e6:,.1f} MB of {number:,} {'file' if number == 1 else 'files'} read"


def database_of(stage: str) -> str:
    """The database of a stage's lake in Glue. In such names, SQL knows underscores and no hyphens."""
    return f"linewatch_{stage.replace('-', '_')}"


def digest_of(names: Iterable[str]) -> str:
    """A file name for a set of names: the same set, in any order, always gives the same file name."""
    return sha256("\n".join(sorted(set(names))).encode()).hexdigest()[:32]
