"""What is printed again, when a day is due, and who gets a message."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from os import utime
from pathlib import Path

import pytest

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.daily.domain import EVERY_PROJECT, PrintedReport
from chalicelib.daily.files import files_of
from chalicelib.daily.print_reports import Done, Printing, print_day, print_ended_days
from chalicelib.lake.compact import compact
from chalicelib.lake.s3 import ParquetLake
from tests.daily.lakes import DAY, add, at, defect, lake_in, seen
from tests.lake.samples import files_of as lake_files
from tests.support.fake_daily import FakeDrifts, FakePictures, FakeReports, FakeShifts, FakeSubscribers

ALL = (EVERY_PROJECT, DAY.day)


@dataclass
class Plant:
    """A plant at a time, with its lake in a folder."""

    folder: Path
    now: datetime = field(default_factory=lambda: at(30))
    reports: FakeReports = field(default_factory=FakeReports)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    pictures: FakePictures = field(default_factory=FakePictures)
    drifts: FakeDrifts = field(default_factory=FakeDrifts)
    lake: ParquetLake = field(init=False)

    def __post_init__(self) -> None:
        self.lake = lake_in(self.folder)

    def sends(self, *events: AnyInspectionEvent) -> None:
        """Images come now."""
        known = {*lake_files(self.folder)}
        add(self.lake, events)
        for file in {*lake_files(self.folder)} - known:
            utime(file, (self.now.timestamp(), self.now.timestamp()))

    def compacts(self) -> None:
        compact(lake=self.lake)
        for file in lake_files(self.folder):
            utime(file, (self.now.timestamp(), self.now.timestamp()))

    @property
    def printing(self) -> Printing:
        return Printing(self.lake, FakeShifts(), self.pictures, files_of, self.drifts)

    def hour(self, hours: float = 1) -> list[Done | Exception]:
        """An hour passes, and the schedule runs."""
        self.now += timedelta(hours=hours)
        return list(
            print_ended_days(
                zone="Europe/Berlin",
                stage="test",
                reports=self.reports,
                printing=self.printing,
                subscribers=self.subscribers,
                clock=lambda: self.now,
            )
        )

    def by_hand(self) -> list[PrintedReport]:
        return print_day(DAY, self.reports, self.printing)[1]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    plant = Plant(tmp_path, now=at(20))
    plant.sends(seen(1, at(8)), defect(2, at(9)), seen(3, at(9), project="rings"))
    return plant


def test_a_day_is_printed_at_five_in_the_morning_and_its_link_is_sent_once(plant: Plant) -> None:
    assert plant.hour(8) == [Done(date(2026, 3, 13), 1, True)]  # at four the day has not ended long enough
    plant.subscribers.messages.clear()
    assert plant.hour() == [Done(DAY.day, 1, True)]
    assert {scope for scope, day in plant.reports.prints if day == DAY.day} == {"plates", "rings", EVERY_PROJECT}
    [(subject, text)] = plant.subscribers.messages
    assert subject == "Linewatch test, 2026-03-14: 3 parts, 1 defective, yield 66.7 %"
    assert "plates: 2 parts, 1 defective, yield 50.0 %" in text
    assert "rings: https://reports.example/rings/2026-03-14\n" in text
    assert "https://reports.example/plates/2026-03-14?of=all" in text
    assert plant.hour() == []
    assert len(plant.subscribers.messages) == 1


def test_each_project_has_an_export_of_its_day(plant: Plant) -> None:
    plant.hour(10)
    assert {project for project, day in plant.reports.exports if day == DAY.day} == {"plates", "rings"}
    assert plant.reports.exports["rings", DAY.day].count(b"\n") == 2


def test_images_that_come_late_change_the_report_and_it_says_so_without_another_mail(plant: Plant) -> None:
    plant.hour(10)
    plant.sends(seen(4, at(10)))
    assert plant.hour() == [Done(DAY.day, 2, False)]
    changes = plant.reports.prints["plates", DAY.day].changes
    assert changes[0] == "1 images came after the last print."
    assert plant.reports.prints["rings", DAY.day].revision == 1
    assert b"What changed since the last print" in plant.reports.files[*ALL, "report.html"]
    assert len(plant.subscribers.messages) == 1


def test_a_day_of_the_week_before_is_printed_again_and_an_older_one_is_not(plant: Plant) -> None:
    plant.hour(10)
    plant.hour(5 * 24)
    plant.sends(seen(4, at(10)))
    assert Done(DAY.day, 2, False) in plant.hour()
    plant.hour(3 * 24)
    plant.sends(seen(5, at(11)))
    assert plant.hour() == []


def test_compaction_and_redeliveries_change_nothing(plant: Plant) -> None:
    plant.hour(10)
    before = dict(plant.reports.files)
    plant.sends(seen(1, at(8)), defect(2, at(9)))
    plant.hour()
    plant.compacts()
    assert plant.hour() == [Done(DAY.day, 1, False)]
    assert plant.reports.files == before
    assert plant.hour() == []


def test_if_the_message_cannot_be_sent_the_next_hour_tries_again(plant: Plant) -> None:
    plant.subscribers.broken = True
    [error] = plant.hour(10)
    assert isinstance(error, OSError)
    plant.subscribers.broken = False
    assert plant.hour() == [Done(DAY.day, 1, True)]


def test_an_error_of_one_day_does_not_stop_the_others(plant: Plant) -> None:
    plant.hour(10)
    plant.hour(24)
    plant.sends(seen(4, at(10)))
    plant.subscribers.broken = True
    found = plant.hour(24)
    assert isinstance(found[0], OSError)
    assert Done(DAY.day, 2, False) in found


def test_the_same_day_printed_again_is_the_same_to_the_byte(plant: Plant) -> None:
    plant.by_hand()
    before = dict(plant.reports.files)
    assert [each.revision for each in plant.by_hand()] == [1, 1, 1]
    plant.sends(defect(7, at(11)))
    plant.by_hand()
    second = dict(plant.reports.files)
    assert second != before
    plant.by_hand()
    assert plant.reports.files == second


def test_a_picture_that_retention_removed_changes_the_report_once(plant: Plant) -> None:
    plant.by_hand()
    plant.pictures.gone.add(f"{2:032x}")
    [plates, rings, everything] = plant.by_hand()
    assert plates.changes[0] == everything.changes[0] == "Pictures of 1 defects are no longer there."
    assert rings.changes == ()
    assert plant.by_hand()[0].revision == 2


def test_one_project_only(plant: Plant) -> None:
    _, found = print_day(DAY, plant.reports, plant.printing, project="rings")
    assert [each.report.project for each in found] == ["rings"]


@pytest.mark.parametrize(("hour", "expected"), [(3, date(2026, 3, 13)), (4, date(2026, 3, 14))])
def test_a_day_ends_by_the_plants_clock(tmp_path: Path, hour: int, expected: date) -> None:
    plant = Plant(tmp_path, now=datetime(2026, 3, 15, hour, tzinfo=UTC) - timedelta(hours=1))
    assert plant.hour() == [Done(expected, 1, True)]
