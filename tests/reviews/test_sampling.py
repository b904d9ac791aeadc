"""Which parts of a shift the random sample asks for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import reviewed
from chalicelib.inspections.draw_number import draw_number
from chalicelib.inspections.ports import InspectionQuery, Position
from chalicelib.reviews.sampling import Sampling
from chalicelib.shifts.domain import CalendarRecord, EndOfDay, ReviewPlan
from tests.shifts.calendars import TWO_SHIFTS, calendar_of, utc
from tests.support.builders import FakeClock, an_inspection
from tests.support.fake_inspections import FakeInspections
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars

EARLY = utc("2026-03-16 05:00")
"""The begin of the early shift of Monday, of 16 hours with the pause after it."""
HOUR = timedelta(hours=1)
EVER = (EARLY - timedelta(days=3), EARLY + timedelta(days=3))


@dataclass
class CountedInspections(FakeInspections):
    """Counts how often a line was read."""

    lines_read: list[str] = field(default_factory=list)

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection | Unreadable]:
        self.lines_read.append(query.line)
        return super().of_line(query, after)


class Plant:
    """A project with an early and a night shift, on Tuesday at noon."""

    def __init__(self, parts: int = 3) -> None:
        self.table, self.clock = CountedInspections(), FakeClock(EARLY + 31 * HOUR)
        self.calendars, self.files = FakeCalendars(), FakeCalendarFiles()
        self.files.kept["plates", "r1"] = (b"", calendar_of(*TWO_SHIFTS))
        self.set(ReviewPlan(parts=parts))

    def set(self, plan: ReviewPlan, **changes: object) -> None:
        record = replace(CalendarRecord(project="plates", revision="r1", review_plan=plan), **changes)  # type: ignore[arg-type]
        self.calendars.records["plates"] = record

    def pass_parts(self, count: int, start: datetime = EARLY, **changes: object) -> list[Inspection]:
        made = [
            an_inspection(f"{start:%d%H}-{number}", **{"captured_at": at, "inspected_at": at} | changes)
            for number in range(count)
            for at in [start + number * timedelta(seconds=1)]
        ]
        self.table.items |= {(each.inspection_id, each.run): each for each in made}
        return made

    @property
    def sampling(self) -> Sampling:
        """As another worker sees it."""
        return Sampling(self.calendars, self.files, self.table, self.clock)

    def drawn(self, since: datetime = EARLY, until: datetime = EARLY + HOUR) -> list[str]:
        return [part for each in self.sampling.drawn("plates", since, until)[1] for part in each.parts]

    def drawn_in(self, part: Inspection) -> datetime | None:
        return self.sampling.of_part(part)[1]

    def waiting(self) -> list[str]:
        return sorted(each.inspection_id for each in readable(self.sampling.waiting("plates", *EVER)))


def readable(found: Iterable[Inspection | Unreadable]) -> list[Inspection]:
    return [each for each in found if not isinstance(each, Unreadable)]


def smallest(parts: list[Inspection], count: int) -> list[str]:
    found = sorted(parts, key=lambda each: draw_number(each.inspection_id, each.inspected_at))
    return [each.inspection_id for each in found[:count]]


@pytest.fixture
def plant() -> Plant:
    return Plant()


@pytest.mark.parametrize(("count", "reads"), [(2000, []), (40, ["line-1"]), (2, ["line-1"]), (0, [])])
def test_the_parts_with_the_smallest_numbers_are_drawn_from_a_large_shift_without_reading_it(
    plant: Plant, count: int, reads: list[str]
) -> None:
    parts = plant.pass_parts(count)
    assert plant.drawn() == smallest(parts, 3)
    assert plant.table.lines_read == reads


def test_a_part_that_cannot_be_read_is_left_out_of_a_small_shift_and_logged(
    plant: Plant, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index of small numbers, which has a part of 64, does not have it."""
    monkeypatch.setattr(plant.table, "small_numbers", lambda *_: iter(()))
    parts = plant.pass_parts(2)
    plant.table.broken["x"] = Unreadable("inspections table", "x", "broken")
    assert plant.drawn() == smallest(parts, 3)
    assert [each["name"] for each in lines if each["message"] == "unreadable, left out"] == ["x"]


def test_each_part_has_the_same_chance_in_large_and_small_shifts() -> None:
    """So exactly that a share of a fifth that is wrong by 37 % is found in small shifts, and by 13 % in large ones."""
    for count, days in ((10, 300), (400, 60)):
        found: Counter[int] = Counter()
        for day in range(days):
            plant = Plant(parts=count // 5)
            parts = plant.pass_parts(count, EARLY + day * timedelta(microseconds=17))
            ids = {each.inspection_id: number for number, each in enumerate(parts)}
            found.update(ids[each] * 5 // count for each in plant.drawn())
        total = days * (count // 5)
        assert all(abs(found[fifth] - total / 5) < 4.5 * (total * 0.16) ** 0.5 for fifth in range(5)), found


def test_only_parts_that_the_machine_passed_in_the_shift_are_drawn(plant: Plant) -> None:
    passed = plant.pass_parts(2)
    plant.pass_parts(5, EARLY + HOUR, verdict=Verdict.ANOMALOUS)
    plant.pass_parts(5, EARLY - HOUR)
    plant.pass_parts(5, EARLY + 2 * HOUR, captured_at=EARLY - 48 * HOUR)
    late = plant.pass_parts(1, EARLY + 3 * HOUR, captured_at=EARLY - 3 * HOUR)
    assert set(plant.drawn()) == {each.inspection_id for each in [*passed, *late]}


def test_a_shift_that_still_runs_asks_for_nothing_and_its_draw_is_final_after_it(plant: Plant) -> None:
    [part] = plant.pass_parts(1)
    plant.clock.now = EARLY + 16 * HOUR
    assert plant.drawn() == []
    assert plant.drawn_in(part) is None
    plant.clock.now += timedelta(minutes=5)
    assert plant.drawn() == [part.inspection_id]
    assert plant.drawn_in(part) == EARLY
    plant.pass_parts(9, EARLY + 20 * HOUR, captured_at=EARLY)
    assert plant.drawn() == [part.inspection_id]


def test_a_project_without_a_calendar_has_days_of_its_zone(plant: Plant) -> None:
    parts = plant.pass_parts(9)
    plant.set(ReviewPlan(parts=3), revision=None)
    assert plant.drawn(*EVER) == smallest(parts, 3)
    assert plant.drawn_in(parts[0]) in {None, utc("2026-03-16 00:00")}
    zone = EndOfDay(at=utc("2026-03-16 18:00").time(), zone="Europe/Berlin", set_at=EARLY)
    plant.set(ReviewPlan(parts=9), revision=None, end_of_day=zone)
    assert plant.drawn_in(parts[0]) == utc("2026-03-15 23:00")


def test_nothing_is_drawn_while_the_plan_is_off_or_the_calendar_cannot_be_read(plant: Plant) -> None:
    [part] = plant.pass_parts(1)
    plant.set(ReviewPlan(on=False))
    assert (plant.drawn(), plant.drawn_in(part), plant.waiting()) == ([], None, [])
    plant.set(ReviewPlan(), revision="gone")
    assert (plant.drawn(), plant.drawn_in(part)) == ([], None)


def test_a_worker_draws_a_shift_once(plant: Plant) -> None:
    plant.pass_parts(5)
    sampling = plant.sampling
    first = sampling.drawn("plates", *EVER)
    plant.table.lines_read.clear()
    assert sampling.drawn("plates", *EVER) == first
    assert plant.table.lines_read == []


def test_a_drawn_part_waits_until_somebody_has_looked_at_it_for_the_sample(plant: Plant) -> None:
    parts = plant.pass_parts(3)
    uncertain = plant.pass_parts(1, EARLY + HOUR, confidence=0.1)
    plant.set(ReviewPlan(parts=4))
    assert uncertain[0].inspection_id in plant.drawn()
    before = answered(parts[0], drawn=False)
    plant.table.items[before.inspection_id, "live"] = before
    assert plant.waiting() == sorted(each.inspection_id for each in parts)
    after = answered(parts[1], drawn=True)
    plant.table.items[after.inspection_id, "live"] = after
    assert plant.waiting() == sorted(each.inspection_id for each in (parts[0], parts[2]))


def answered(part: Inspection, *, drawn: bool) -> Inspection:
    shift = EARLY if drawn else None
    return reviewed(part, Label.NORMAL, kind=None, comment=None, by="ann", at=EARLY + 30 * HOUR, drawn_in=shift)
