"""The view `current` is the same for every order of archiving, redelivery, compaction and crashes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import CompactionFailed
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.s3 import ParquetLake
from linewatch.operate.lake import Counts, counts, list_files, open_lake
from tests.lake.samples import Died, FolderS3, files_of, history
from tests.support.fake_client import as_client

EVENTS = [*history(1), *history(2), *history(3, line="07"), *history(4, days=1)]

type Row = tuple[str, int, str]


@dataclass(frozen=True)
class Fault:
    """What happens at the n-th call of a step, from 1: the process dies, an error is raised, or another run works."""

    kind: str
    call: int
    after: bool


@dataclass(frozen=True)
class Step:
    """Archive these events; with none, compact."""

    batch: Sequence[int]
    fault: Fault | None


faults = st.builds(
    Fault, kind=st.sampled_from(["died", "error", "other run"]), call=st.integers(1, 8), after=st.booleans()
)
batches: st.SearchStrategy[list[int]] = st.one_of(
    st.just([]), st.lists(st.integers(0, len(EVENTS) - 1), min_size=1, max_size=5)
)
steps = st.lists(st.builds(Step, batch=batches, fault=st.none() | faults), min_size=1, max_size=12)


@dataclass
class Plant:
    """A lake, and a queue that knows which events were acknowledged and which must be delivered again."""

    root: Path
    acknowledged: list[AnyInspectionEvent] = field(default_factory=list)
    waiting: list[AnyInspectionEvent] = field(default_factory=list)

    def take(self, step: Step) -> None:
        lake = ParquetLake(as_client(self._s3(step.fault)), "bucket")
        try:
            if step.batch:
                self.deliver([EVENTS[n] for n in step.batch], lake)
            else:
                compact(lake=lake)
        except (Died, CompactionFailed, ConnectionError):
            self.waiting.extend(EVENTS[n] for n in step.batch)

    def deliver(self, events: Sequence[AnyInspectionEvent], lake: ParquetLake) -> None:
        for event, error in zip(events, archive(events, lake=lake), strict=True):
            (self.waiting if error else self.acknowledged).append(event)

    def settle(self) -> None:
        self.deliver(
            [self.waiting.pop() for _ in range(len(self.waiting))], ParquetLake(as_client(self._s3(None)), "bucket")
        )

    def compact(self) -> None:
        compact(lake=ParquetLake(as_client(self._s3(None)), "bucket"))

    def look(self) -> tuple[dict[str, Row], Counts]:
        list_files(self.lake, str(self.root))
        rows = self.lake.execute("SELECT inspection_id, line, revision, verdict FROM current").fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: row[1:] for row in rows}, counts(self.lake)

    @cached_property
    def lake(self) -> DuckDBPyConnection:
        return open_lake(str(self.root))

    def _s3(self, fault: Fault | None) -> FolderS3:
        def strike(call: int) -> None:
            if fault is None or call != fault.call:
                return
            match fault.kind:
                case "died":
                    raise Died
                case "error":
                    raise ConnectionError("the answer is lost" if fault.after else "not reached")
                case _:
                    self.compact()

        s3 = FolderS3(self.root)
        if fault is not None:
            setattr(s3, "after" if fault.after else "before", strike)
        return s3


def newest(events: Sequence[AnyInspectionEvent]) -> dict[str, Row]:
    ranked = sorted((event.inspection for event in events), key=lambda inspection: inspection.revision)
    return {i.inspection_id: (i.line, i.revision, i.verdict.value) for i in ranked}


def check(taken: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        plant = Plant(Path(folder))
        for step in taken:
            plant.take(step)
        (current, _), promised = plant.look(), newest(plant.acknowledged)
        assert all(current[name][1] >= revision for name, (_, revision, _) in promised.items())
        plant.settle()
        before, expected = plant.look(), newest(plant.acknowledged)
        assert before[0] == expected
        assert sum(before[1].values()) == len(expected)
        plant.compact()
        assert plant.look() == before
        assert len({path.parent for path in files_of(plant.root)}) == len(files_of(plant.root))


@given(steps)
@settings(max_examples=30)
def test_no_interleaving_of_deliveries_compactions_and_crashes_changes_the_current_view(taken: list[Step]) -> None:
    check(taken)


@pytest.mark.long
@given(steps)
@settings(max_examples=2000)
def test_thousands_of_interleavings_leave_the_current_view_as_it_is(taken: list[Step]) -> None:
    check(taken)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["died", "error", "other run"])
@pytest.mark.parametrize("call", range(1, 7))
def test_a_fault_at_every_call_of_a_compaction_loses_nothing(kind: str, call: int, after: bool) -> None:
    archived = [Step([0], None), Step([1], None), Step([2], None)]
    check([*archived, Step([], Fault(kind, call, after))])
