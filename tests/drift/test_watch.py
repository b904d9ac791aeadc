"""One notice for one drift, whatever happens to the watch; and only the days that are new are read from the lake."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from os import utime
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from chalicelib.drift.domain import Drift, HourLevel, Kind, Watched
from chalicelib.drift.hours import hours_of
from chalicelib.drift.s3 import S3DayHours, S3WatchedStage
from chalicelib.drift.watch import Watch, look_back, watch_nights
from chalicelib.lake.s3 import ParquetLake
from tests.daily.lakes import add, inspected, lake_in
from tests.lake.samples import files_of
from tests.support.deployment import SETTINGS, aws_clients
from tests.support.fake_drift import FakeDayHours, FakeDriftBus, FakeWatchedStage

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = range(6, 22, 2)
CHANGED = FIRST + timedelta(days=8, hours=11)


def seen(at: datetime, number: int, **changes: Any) -> AnyInspectionEvent:
    """An image whose light varies by the hour and a little by the day, and falls at `CHANGED`."""
    usual = 120.0 + at.hour + (number * 7 % 5) / 2 + (at.day * 5 % 3) / 10
    statistics = {
        "brightness": usual - 40 * (at >= CHANGED),
        "sharpness": 0.3,
        "centre_x": 0.5,
        "centre_y": 0.5,
        "training_distance": 0.6,
    }
    return event_of(inspected(int(at.timestamp()) + number, at, **statistics | changes))


def day_of(ago: int, **changes: Any) -> list[AnyInspectionEvent]:
    start = FIRST + timedelta(days=ago)
    times = [start + timedelta(hours=hour, minutes=minute) for hour in HOURS for minute in (5, 25, 45)]
    return [seen(at, number, **changes) for number, at in enumerate(times)]


@dataclass
class Plant:
    """A plant in UTC with its lake in a folder. A night is at 6 in the morning."""

    folder: Path
    now: datetime = FIRST
    days: FakeDayHours = field(default_factory=FakeDayHours)
    stage: FakeWatchedStage = field(default_factory=FakeWatchedStage)
    bus: FakeDriftBus = field(default_factory=FakeDriftBus)
    lake: ParquetLake = field(init=False)

    def __post_init__(self) -> None:
        self.lake = lake_in(self.folder)

    def stores(self, *events: AnyInspectionEvent) -> None:
        known = {*files_of(self.folder)}
        add(self.lake, events)
        for file in {*files_of(self.folder)} - known:
            utime(file, (self.now.timestamp(), self.now.timestamp()))

    @property
    def watch(self) -> Watch:
        return Watch("UTC", self.lake, self.days, self.stage, lambda: self.now)

    def night(self, ago: int) -> list[Drift]:
        """A day passes, and the night after it."""
        self.now = FIRST + timedelta(days=ago, hours=23)
        self.stores(*day_of(ago))
        self.now = FIRST + timedelta(days=ago + 1, hours=6)
        return list(watch_nights(self.watch, self.bus))


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def test_a_drift_is_found_in_the_night_after_it_and_said_once(plant: Plant) -> None:
    found = [plant.night(ago) for ago in range(14)]
    assert [len(each) for each in found] == [0] * 8 + [1] + [0] * 5
    [drift] = found[8]
    assert (drift.kind, drift.found_on) == (Kind.LIGHT, CHANGED.date())
    assert abs(drift.since - CHANGED) <= timedelta(hours=2)
    before, after = drift.examples
    assert before.at < CHANGED <= after.at
    assert [(event.kind, event.examples) for event in plant.bus.events] == [
        ("light", (before.inspection_id, after.inspection_id))
    ]


def test_each_day_of_the_lake_is_read_once_and_again_only_if_images_came_later(plant: Plant) -> None:
    plant.night(0)
    at_first = plant.days.writes
    for ago in range(1, 4):
        plant.night(ago)
    assert plant.days.writes == at_first + 3
    plant.stores(seen(FIRST + timedelta(days=1, hours=8), 99))
    plant.night(4)
    assert plant.days.writes == at_first + 5


def test_who_died_after_the_notice_says_it_again_with_the_same_id(plant: Plant) -> None:
    for ago in range(8):
        plant.night(ago)
    plant.stage.broken = True
    with pytest.raises(OSError, match="nothing can be written"):
        plant.night(8)
    plant.stage.broken = False
    plant.now += timedelta(hours=1)
    assert len(list(watch_nights(plant.watch, plant.bus))) == 1
    assert len({event.event_id for event in plant.bus.events}) == 1
    assert list(watch_nights(plant.watch, plant.bus)) == []


def test_nights_that_were_missed_are_made_up_for(plant: Plant) -> None:
    for ago in range(8):
        plant.night(ago)
    plant.now += timedelta(days=3)
    plant.stores(*(event for ago in range(8, 11) for event in day_of(ago)))
    [drift] = watch_nights(plant.watch, plant.bus)
    assert drift.found_on == CHANGED.date()


def test_looking_back_finds_the_same_and_remembers_nothing(plant: Plant) -> None:
    plant.now = FIRST + timedelta(days=12, hours=6)
    plant.stores(*(event for ago in range(12) for event in day_of(ago)))
    [drift] = look_back(plant.watch, 12)
    assert (drift.kind, drift.found_on) == (Kind.LIGHT, CHANGED.date())
    assert plant.stage.watched == Watched()


def test_looking_back_asks_once_whether_a_day_has_new_images(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []
    monkeypatch.setattr(plant.lake, "written_at", asked.append)
    plant.now = FIRST + timedelta(days=30, hours=6)
    look_back(plant.watch, 12)  # keeps the days of the last night's window
    look_back(plant.watch, 12)
    assert len(asked) == len({*asked}) > 0


def test_an_hour_has_the_medians_of_what_a_model_inspected(plant: Plant) -> None:
    at = FIRST + timedelta(hours=8)
    values = [seen(at + timedelta(minutes=n), n, brightness=float(b)) for n, b in enumerate((10, 20, 90))]
    unread = seen(at, 7, brightness=None, sharpness=None, verdict=Verdict.REJECTED, model_version=None)
    earlier = seen(at, 8, brightness=None, training_distance=None, sharpness=0.9)
    shadow = seen(at, 9, run="shadow#8", brightness=500.0)
    plant.stores(*values, unread, earlier, shadow, values[0])
    hour = int(at.timestamp()) * 1_000_000
    level = HourLevel(4, "7", (20.0, 0.3, 0.5, 0.5, 0.6, 1.25))
    assert hours_of(FIRST.date(), plant.lake) == {("plates", "L1", "cam-1"): {hour: level}}


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = aws_clients().s3
        client.create_bucket(Bucket=SETTINGS.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_the_bucket_gives_back_what_was_kept(s3: Any, plant: Plant) -> None:
    days, stage = S3DayHours(s3, SETTINGS.bucket), S3WatchedStage(s3, SETTINGS.bucket)
    assert (days.read(), stage.read()) == ({}, Watched())
    [drift] = [each for ago in range(10) for each in plant.night(ago)]
    days.write(plant.days.days)
    stage.write(Watched(CHANGED.date(), (drift,)))
    assert days.read() == plant.days.days
    assert stage.read() == Watched(CHANGED.date(), (drift,))
