"""Where a row of the lake belongs, and which of two rows for the same run counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from chalicelib.domain.inspection import Inspection

PREFIX = "lake/inspections/"


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
        """The partition that an inspection's row belongs to."""
        return cls(inspection.captured_at.date(), inspection.line)

    @classmethod
    def from_key(cls, key: str) -> "Partition":
        """The partition of a file's key; ValueError when the key is not under the lake."""
        day, line = key.removeprefix(PREFIX).split("/")[:2]
        return cls(date.fromisoformat(day.removeprefix("dt=")), line.removeprefix("line="))


def digest_of(names: Iterable[str]) -> str:
    """A name for a set of names: the same set always makes the same file."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:32]


def rank_of(revision: int, inspected_at: datetime) -> tuple[int, datetime]:
    """Of two rows with one inspection id and run the one with the higher rank counts."""
    return revision, inspected_at
