"""What the lake needs from outside: a store of Parquet files, and who runs SQL on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.link import Link
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.domain import LakeRow, Partition, Scanned

type Value = str | int | float | None

FileKind = Literal["csv", "xlsx"]
"""The kinds of files that people export."""


class Lake(Protocol):
    """Parquet files of inspections."""

    def rows(self, partition: Partition) -> Iterator[LakeRow | Unreadable]:
        """Every row of a partition, duplicates too, even during compaction; and each file that cannot be read."""
        ...

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        """Every partition with the keys of its files, read lazily."""
        ...

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        """Write these events as one file. Writing the same events again changes nothing.

        `UnwritableEvents` names the events that cannot be rows; then none was written.
        """
        ...

    def compact(self, partition: Partition, keys: Sequence[str]) -> list[Unreadable]:
        """Merge these files into one, with each (inspection id, run) once, and delete them.

        Returns the files that cannot be read: a broken one is set aside, one of a newer version stays where it is.
        `LakeFileGone` when a file was deleted meanwhile; then no file changes.
        """
        ...


class LakeDays(Protocol):
    """The rows of a day of capture (UTC), to count them."""

    @property
    def scanned(self) -> Scanned:
        """What `current` read so far."""
        ...

    def written_at(self, day: date) -> datetime | None:
        """When the newest file of this day was written; None without one."""
        ...

    def current(self, day: date, columns: Sequence[str]) -> Iterator[tuple[Any, ...] | Unreadable]:
        """These columns of each inspection's newest row, then the line; and each file that cannot be read.

        Times are microseconds since 1970, boxes are JSON text. Reads the files of one line at a time.
        """
        ...


class AskedState(StrEnum):
    """How far a question is."""

    RUNNING = "running"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put: its SQL and the values of its parameters. `reason` says why it failed."""

    sql: str
    values: tuple[str, ...]
    state: AskedState
    reason: str | None = None
    bytes_read: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answer under the names of their columns."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


class Questions(Protocol):
    """Who runs SQL on the lake, while nobody waits for it."""

    def ask(self, sql: str, values: Sequence[str]) -> str:
        """Begin a question, and return its id. `LakeUnavailable` if nobody takes questions now."""
        ...

    def find(self, question: str) -> Asked | None:
        """A question; None if there is none with this id. `LakeUnavailable` as above."""
        ...

    def rows(self, question: str, most: int) -> Rows:
        """The answer of a question that is answered, but at most so many rows."""
        ...


class Answers(Protocol):
    """Where the files of answers are kept for a week."""

    def keep(self, question: str, name: str, content: bytes) -> Link:
        """Keep a file under this name."""
        ...
