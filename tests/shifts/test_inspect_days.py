"""The images of a day: each is announced, judged and counted once, whatever happens in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest

from chalicelib.core.events import DayInspected
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Verdict
from chalicelib.inspections.route import Announcement
from chalicelib.shifts import inspect_days
from chalicelib.shifts.day import LONGEST_RUN
from chalicelib.shifts.domain import CalendarRecord, DayRun, Phase
from chalicelib.shifts.follow import Followed
from chalicelib.shifts.inspect_days import Days
from chalicelib.shifts.ports import HostingState
from chalicelib.shifts.set_end_of_day import remove_end_of_day, set_end_of_day
from tests.shifts.calendars import utc
from tests.shifts.world import EARLY, OPERATOR, World
from tests.support.builders import an_inspection, an_upload
from tests.support.fake_inspections import FakeInspections

DUE = utc("2026-03-16 20:00")
"""21:00 in Berlin."""


@dataclass
class Plant:
    """Images, their verdicts, and what was announced and published; a call fails when `failing` says so."""

    world: World = field(default_factory=World)
    images: list[UploadedImage] = field(default_factory=list)
    table: FakeInspections = field(default_factory=FakeInspections)
    announced: list[str] = field(default_factory=list)
    published: list[DayInspected] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        set_end_of_day("plates", OPERATOR, at=time(21, 0), zone="Europe/Berlin", storage=self.world.storage)

    def upload(self, name: str, at: str, line: str = "line-1") -> None:
        key = f"images/plates/{line}/cam-1/2026-03-16/{name}"
        self.images.append(an_upload(key, uploaded_at=utc(f"2026-03-16 {at}")))

    def judge(self, name: str, verdict: Verdict = Verdict.NORMAL) -> None:
        [image] = [each for each in self.images if each.key.endswith(f"/{name}")]
        self.table.items[image.inspection_id, LIVE] = replace(
            an_inspection(verdict=verdict), inspection_id=image.inspection_id
        )

    def of_days(self, project: str, prefix: str, days: Sequence[date], after: str) -> Iterator[UploadedImage]:
        below = f"images/{project}/{prefix}"
        keyed = sorted(self.images, key=lambda each: each.key)
        return (each for each in keyed if each.key.startswith(below) and each.key > after)

    def route(self, announcements: Sequence[Announcement]) -> list[Exception | None]:
        self.announced += [each.images[0].key.rpartition("/")[2] for each in announcements]
        return [ConnectionError("SQS is down") if "route" in self.failing else None for _ in announcements]

    def publish(self, events: Sequence[DayInspected]) -> None:
        self.published += events
        if "publish" in self.failing:
            raise ConnectionError("the answer is lost")

    def minute(self, at: datetime) -> list[DayInspected | Exception]:
        self.world.clock.now = at
        days = Days(
            calendars=self.world.calendars,
            hosting=self.world.hosting,
            images=self,
            inspections=lambda: self.table,
            route=self.route,
            bus=self,
            clock=self.world.clock,
        )
        return list(days.inspect())

    @property
    def run(self) -> DayRun:
        run = self.world.record.day_run
        assert run is not None
        return run


MINUTE = timedelta(minutes=1)


def test_the_images_of_a_day_are_announced_and_counted_when_all_are_judged() -> None:
    plant = Plant()
    for name, at in (("before", "00:00"), ("good", "10:00"), ("bad", "20:00"), ("too-late", "20:01")):
        plant.upload(name, at)
    plant.judge("good")
    assert plant.minute(DUE) == []
    plant.images[0] = replace(plant.images[0], uploaded_at=DUE - timedelta(days=1))
    assert plant.minute(DUE + MINUTE) == []
    assert plant.announced == ["bad"]
    plant.judge("bad", Verdict.ANOMALOUS)
    [event] = plant.minute(DUE + 2 * MINUTE)
    assert plant.published == [event]
    assert isinstance(event, DayInspected)
    assert (event.images, event.normal, event.anomalous, event.missing) == (2, 1, 1, 0)
    assert (event.since, event.until) == (DUE - timedelta(days=1), DUE)
    assert plant.minute(DUE + 3 * MINUTE) == []


def test_the_next_day_begins_where_the_last_one_ended() -> None:
    plant = Plant()
    plant.upload("first", "10:00")
    plant.judge("first")
    plant.minute(DUE + MINUTE)
    plant.upload("late", "20:30")
    plant.judge("late")
    [event] = plant.minute(DUE + timedelta(days=1) + MINUTE)
    assert isinstance(event, DayInspected)
    assert (event.since, event.images) == (DUE, 1)
    assert event.event_id != plant.published[0].event_id


def test_nothing_is_inspected_for_a_time_before_somebody_asked() -> None:
    plant = Plant()
    plant.world.clock.now = DUE + timedelta(hours=1)
    set_end_of_day("plates", OPERATOR, at=time(21, 0), zone="Europe/Berlin", storage=plant.world.storage)
    assert plant.minute(DUE + timedelta(hours=1, minutes=1)) == []
    assert plant.world.record.day_run is None


@pytest.mark.parametrize("failing", ["route", "publish"])
def test_a_step_that_fails_is_repeated_and_counts_nothing_twice(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect_days, "PAGE", 2)
    plant = Plant()
    for name in ("a", "b", "c", "d", "e"):
        plant.upload(name, "10:00")
    plant.failing.add(failing)
    if failing == "publish":
        for name in ("a", "b", "c", "d", "e"):
            plant.judge(name)
    assert [type(each) for each in plant.minute(DUE + MINUTE)] == [ConnectionError]
    plant.failing.clear()
    for name in ("a", "b", "c", "d", "e"):
        plant.judge(name)
    [event] = plant.minute(DUE + 2 * MINUTE)
    assert isinstance(event, DayInspected)
    assert (event.images, event.normal) == (5, 5)
    assert {each.event_id for each in plant.published} == {event.event_id}
    assert {each.model_dump_json() for each in plant.published} == {event.model_dump_json()}


def test_images_that_wait_for_a_verdict_hold_the_count_and_are_missing_in_the_end() -> None:
    plant = Plant()
    for name in ("a", "b", "c"):
        plant.upload(name, "10:00")
    plant.judge("a")
    plant.judge("c")
    assert plant.minute(DUE + MINUTE) == []
    assert (plant.run.phase, plant.run.counts) == (Phase.COUNTING, {"normal": 1})
    [event] = plant.minute(DUE + LONGEST_RUN + 2 * MINUTE)
    assert isinstance(event, DayInspected)
    assert (event.images, event.normal, event.missing) == (3, 2, 1)


def test_only_the_images_below_the_prefix_count() -> None:
    plant = Plant()
    plant.upload("a", "10:00", line="line-1")
    plant.upload("b", "10:00", line="line-2")
    storage = plant.world.storage
    set_end_of_day("plates", OPERATOR, at=time(21, 0), zone="Europe/Berlin", prefix="line-2", storage=storage)
    plant.judge("b", Verdict.REJECTED)
    [event] = plant.minute(DUE + MINUTE)
    assert isinstance(event, DayInspected)
    assert (event.images, event.rejected, event.prefix) == (1, 1, "line-2")


def test_another_worker_that_was_faster_is_not_overwritten() -> None:
    plant = Plant()
    plant.upload("a", "10:00")
    table = plant.world.calendars
    stale = table.records["plates"]
    plant.judge("a")
    plant.minute(DUE + MINUTE)

    class Stale:
        def all(self) -> Iterator[CalendarRecord]:
            yield stale

        def __getattr__(self, name: str) -> object:
            return getattr(table, name)

    plant.world.calendars = Stale()  # type: ignore[assignment]
    assert plant.minute(DUE + 2 * MINUTE) == []
    assert len(plant.published) == 1


def test_the_model_runs_for_the_images_of_the_day_and_stops_after_them() -> None:
    """Without a calendar."""
    plant = Plant()
    plant.upload("a", "10:00")
    assert plant.world.at("19:00") == []
    plant.minute(DUE + MINUTE)
    assert followed(plant) == [True]
    plant.world.clock.pass_by(120)
    assert plant.world.hosting.read("plates").state is HostingState.HOSTED  # type: ignore[union-attr]
    plant.judge("a")
    plant.minute(DUE + 4 * MINUTE)
    plant.world.hosting.projects["plates"] = replace(plant.world.hosting.projects["plates"], waiting=0)
    plant.world.clock.now = DUE + 7 * MINUTE
    assert followed(plant) == [False]


def test_a_model_that_a_person_runs_without_a_calendar_is_not_stopped_after_the_day() -> None:
    plant = Plant()
    plant.world.hosting.ask("plates", run=True, who="anna")
    plant.minute(DUE + MINUTE)
    plant.world.clock.now = DUE + timedelta(hours=2)
    assert followed(plant) == []


def test_with_a_calendar_the_model_runs_for_the_images_of_the_day_as_for_a_shift() -> None:
    plant = Plant()
    plant.world.set(EARLY)
    plant.upload("a", "10:00")
    plant.world.at("19:00")
    plant.minute(DUE + MINUTE)
    assert followed(plant) == [True]


def followed(plant: Plant) -> list[bool]:
    return [each.decision.run for each in plant.world.follow() if isinstance(each, Followed)]


def test_an_end_of_the_day_can_be_removed_and_leaves_no_run() -> None:
    plant = Plant()
    plant.upload("a", "10:00")
    plant.minute(DUE + MINUTE)
    record = remove_end_of_day("plates", OPERATOR, storage=plant.world.storage)
    assert (record.end_of_day, record.day_run) == (None, None)
    assert plant.minute(DUE + 2 * MINUTE) == []
