"""What the lake needs from outside: a store of Parquet files."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.domain import LakeRow, Partition, Scanned


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
