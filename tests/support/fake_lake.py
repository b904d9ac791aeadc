"""The lake in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.domain import LakeRow, Partition


@dataclass
class FakeLake:
    """The written rows, duplicates too."""

    files: dict[Partition, list[AnyInspectionEvent]] = field(default_factory=dict)

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        return ((partition, [str(at) for at, _ in enumerate(events)]) for partition, events in self.files.items())

    def rows(self, partition: Partition) -> Iterator[LakeRow | Unreadable]:
        for event in self.files.get(partition, []):
            inspection = event.inspection
            yield LakeRow(
                inspection.inspection_id, inspection.run, inspection.project, inspection.revision, event.occurred_at
            )

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        known = self.files.setdefault(partition, [])
        known.extend(event for event in events if event not in known)

    def compact(self, partition: Partition, keys: Sequence[str]) -> list[Unreadable]:
        newest: dict[tuple[str, str], AnyInspectionEvent] = {}
        for event in sorted(self.files[partition], key=lambda event: (event.inspection.revision, event.occurred_at)):
            newest[event.inspection.inspection_id, event.inspection.run] = event
        self.files[partition] = list(newest.values())
        return []
