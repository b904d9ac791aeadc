"""What the lake needs of the outside: a store of Parquet files."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import LakeRow, Partition


class Lake(Protocol):
    """Parquet files of inspections."""

    def rows(self, partition: Partition) -> Iterator[LakeRow]:
        """Every row of a partition, duplicates too, also while it is being compacted."""
        ...

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        """Every partition with the keys of its files, read lazily."""
        ...

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        """One file of these; the same events again change nothing."""
        ...

    def compact(self, partition: Partition, keys: Sequence[str]) -> None:
        """Make one file of these, each (inspection id, run) once, and delete these.

        `LakeFileGone` when one was deleted meanwhile, `LakeFileUnreadable` when one is broken: all stay as they are.
        """
        ...
