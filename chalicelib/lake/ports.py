"""What the lake needs from outside: a store of Parquet files."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import LakeRow, Partition


class Lake(Protocol):
    """Parquet files of inspections."""

    def rows(self, partition: Partition) -> Iterator[LakeRow]:
        """Every row of a partition, duplicates too, even during compaction."""
        ...

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        """Every partition with the keys of its files, read lazily."""
        ...

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        """Write these events as one file. Writing the same events again changes nothing."""
        ...

    def compact(self, partition: Partition, keys: Sequence[str]) -> None:
        """Merge these files into one, with each (inspection id, run) once, and delete them.

        `LakeFileGone` when a file was deleted meanwhile, `LakeFileUnreadable` when one is broken; then no file changes.
        """
        ...
