from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from chalicelib.core.errors import CompactionFailed, LakeFileGone, UnwritableEvents
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.archive import archive
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import LakeRow, Partition
from tests.lake.samples import an_inspection
from tests.support.fake_lake import FakeLake


@dataclass
class RefusingLake:
    """Refuses the line `bad`; its partitions have two files each."""

    fault: Exception
    lines: Sequence[str] = ()
    written: list[AnyInspectionEvent] = field(default_factory=list)
    compacted: list[str] = field(default_factory=list)

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        for line in self.lines:
            yield Partition.of(an_inspection(1, line=line)), ["first", "second"]

    def rows(self, partition: Partition) -> Iterator[LakeRow]:
        return iter(())

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        if partition.line == "bad":
            raise self.fault
        self.written.extend(events)

    def compact(self, partition: Partition, keys: Sequence[str]) -> list[Unreadable]:
        if partition.line == "bad":
            raise self.fault
        self.compacted.append(partition.line)
        return []


def test_a_partition_that_cannot_be_written_fails_only_its_own_events() -> None:
    events = [event_of(an_inspection(number, line=line)) for number, line in enumerate(("a", "bad", "b", "bad"))]
    fault = OSError("slow down")
    lake = RefusingLake(fault)
    assert archive(events, lake=lake) == [None, fault, None, fault]
    assert lake.written == [events[0], events[2]]


def test_an_event_without_a_partition_fails_alone() -> None:
    """Its key has no day, and the moment of its capture has none in UTC."""
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    events = [event_of(an_inspection(0)), event_of(an_inspection(1, key="images/other.jpg", captured_at=late))]
    lake = FakeLake()
    good, bad = archive(events, lake=lake)
    assert (good, type(bad)) == (None, OverflowError)
    assert list(lake.files.values()) == [[events[0]]]


@dataclass
class StrictLake(FakeLake):
    """Writes nothing of a batch with an event that cannot be a row."""

    errors: dict[str, Exception] = field(default_factory=dict)

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None:
        if bad := {event.event_id: self.errors[event.event_id] for event in events if event.event_id in self.errors}:
            raise UnwritableEvents(bad)
        super().write(partition, events)


def test_an_event_that_cannot_be_a_row_fails_alone() -> None:
    events = [event_of(an_inspection(number)) for number in range(4)]
    error = ValueError("no such time")
    lake = StrictLake(errors={events[1].event_id: error})
    assert archive([*events, events[1]], lake=lake) == [None, error, None, None, error]
    assert list(lake.files.values()) == [[events[0], events[2], events[3]]]


def test_when_no_event_can_be_a_row_each_has_its_own_error_and_nothing_is_written() -> None:
    events = [event_of(an_inspection(number)) for number in range(2)]
    errors = [ValueError("no such time"), ValueError("no such number")]
    lake = StrictLake(errors={event.event_id: error for event, error in zip(events, errors, strict=True)})
    assert archive(events, lake=lake) == errors
    assert lake.files == {}


def test_a_refusal_that_names_no_event_of_the_partition_fails_them_all() -> None:
    events = [event_of(an_inspection(number, line="bad")) for number in range(2)]
    fault = UnwritableEvents({"another": ValueError("no such time")})
    assert archive(events, lake=RefusingLake(fault)) == [fault, fault]


def test_a_partition_that_cannot_be_compacted_is_reported_after_the_others() -> None:
    lake = RefusingLake(OSError("slow down"), lines=("a", "bad", "b"))
    with pytest.raises(CompactionFailed, match="line=bad/: slow down") as failed:
        compact(lake=lake)
    assert failed.value.__cause__ is lake.fault
    assert lake.compacted == ["a", "b"]


def test_a_partition_that_another_run_compacts_is_not_a_failure() -> None:
    lake = RefusingLake(LakeFileGone("gone"), lines=("a", "bad", "b"))
    assert compact(lake=lake) == 2
