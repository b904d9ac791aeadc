"""The figures of a report equal those that a slow count of the events gives, on any lake."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.daily.domain import DAYS_BEFORE, DayReport, PlantDay, Section, VerdictCounts
from chalicelib.lake.compact import compact
from chalicelib.lake.domain import Partition
from tests.daily.lakes import add, at, lake_in, report_in, seen
from tests.lake.generated import events, valid
from tests.lake.samples import files_of

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
DAYS = [date(2026, 3, day) for day in range(13, 19)]


def local_time(inspection: Inspection, zone: str) -> datetime:
    """By the plant's clock; at noon UTC of its folder's day if the time is not known."""
    folder = Partition.of(inspection).day
    captured_at = inspection.captured_at.astimezone(UTC)
    if captured_at.date() != folder:
        captured_at = datetime.combine(folder, time(12), UTC)
    return captured_at.astimezone(ZoneInfo(zone))


def counted(inspections: Sequence[Inspection]) -> VerdictCounts:
    counts = Counter(each.verdict for each in inspections)
    return VerdictCounts(*(counts[each] for each in Verdict))


def grouped(
    inspections: Sequence[Inspection], key: Callable[[Inspection], tuple[str, ...]]
) -> dict[tuple[str, ...], VerdictCounts]:
    return {name: counted([i for i in inspections if key(i) == name]) for name in {key(i) for i in inspections}}


def in_section(section: Section | None) -> dict[tuple[str, ...], VerdictCounts]:
    return {} if section is None else {group.name: group.counts for group in section.groups}


def assert_equal(report: DayReport, made: Sequence[Inspection], zone: str) -> None:
    of_project = [each for each in made if report.project in {None, each.project}]
    of_day = [each for each in of_project if local_time(each, zone).date() == report.day]

    def named(*names: str) -> Callable[[Inspection], tuple[str, ...]]:
        parts = names if report.project else ("project", *names)
        return lambda each: tuple(str(getattr(each, part)) for part in parts)

    assert report.total == counted(of_day)
    assert in_section(report.section("line")) == grouped(of_day, named("line"))
    assert in_section(report.section("camera")) == grouped(of_day, named("line", "camera"))
    judged = [each for each in of_day if each.model_version is not None]
    assert in_section(report.section("model version")) == grouped(judged, named("model_version"))
    by_hour = grouped(of_day, lambda each: (f"{local_time(each, zone):%H}:00",))
    assert in_section(report.section("hour")) == by_hour
    for ago in range(1, DAYS_BEFORE + 1):
        before = [each for each in of_project if local_time(each, zone).date() == report.day - timedelta(days=ago)]
        assert report.before[ago - 1] == counted(before)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=6)
@given(st.integers(0, 10_000), st.sampled_from(DAYS), st.sampled_from([None, "plates", "rings", "rings_2"]))
def test_every_count_equals_that_of_the_events(zone: str, seed: int, day: date, project: str | None) -> None:
    """Before and after compaction; redeliveries, late rows, reviews and shadow runs are among the events."""
    made = events(seed)
    with TemporaryDirectory() as folder:
        lake = lake_in(Path(folder), *made)
        report = report_in(lake, project, PlantDay(day, zone))
        assert_equal(report, valid(made), zone)
        compact(lake=lake)
        assert report_in(lake, project, PlantDay(day, zone)) == report


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.randoms())
def test_the_order_of_the_events_does_not_matter(seed: int, chance: Random) -> None:
    made = events(seed)
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        shuffled = sorted(made, key=lambda _: chance.random())
        reports = [report_in(lake_in(Path(place), *some)) for place, some in ((folder, made), (other, shuffled))]
        assert reports[0] == reports[1]


def test_the_projects_and_the_lines_add_up_to_the_total(tmp_path: Path) -> None:
    report = report_in(lake_in(tmp_path, *events(3)), day=PlantDay(date(2026, 3, 15), "Europe/Berlin"))
    assert report.total.images > 0
    for by in ("project", "line", "camera", "hour"):
        section = report.section(by)
        assert section is not None
        assert sum((group.counts for group in section.groups), VerdictCounts()) == report.total


def test_a_file_that_cannot_be_read_is_named_and_the_others_count(tmp_path: Path) -> None:
    lake = lake_in(tmp_path, seen(1, at(8)))
    [broken] = files_of(tmp_path)
    add(lake, [seen(2, at(9))])
    broken.write_bytes(b"nothing")
    report = report_in(lake)
    assert (report.unread, report.total.images) == ((str(broken.relative_to(tmp_path)),), 1)
