"""The lake in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.link import Link
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.domain import LakeRow, Partition
from chalicelib.lake.ports import Asked, AskedState, Rows
from tests.support.builders import NOON


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


@dataclass
class FakeQuestions:
    """Questions that are answered with `answer` as soon as somebody looks for the second time. `down` is raised."""

    answer: Rows = field(default_factory=lambda: Rows(("line", "inspections"), (("line-1", 12), ("line-7", 3))))
    asked: dict[str, Asked] = field(default_factory=dict)
    failure: str | None = None
    down: Exception | None = None

    def ask(self, sql: str, values: Sequence[str]) -> str:
        self._be_there()
        question = f"7f3c0000-0000-4000-8000-{len(self.asked):012}"
        self.asked[question] = Asked(sql, tuple(values), AskedState.RUNNING)
        return question

    def find(self, question: str) -> Asked | None:
        self._be_there()
        found = self.asked.get(question)
        if found is not None:
            ended = AskedState.FAILED if self.failure else AskedState.ANSWERED
            self.asked[question] = replace(found, state=ended, reason=self.failure, bytes_read=312_400)
        return found

    def rows(self, question: str, most: int) -> Rows:
        return replace(self.answer, rows=self.answer.rows[:most])

    def _be_there(self) -> None:
        if self.down is not None:
            raise self.down


@dataclass
class FakeAnswers:
    """The files of answers by name."""

    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, question: str, name: str, content: bytes) -> Link:
        self.files[name] = content
        return Link(f"https://bucket.example/query-results/exports/{question}/{name}", NOON)
