"""Shifts, hours, places and silent cameras."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.core.inspection import Verdict
from chalicelib.core.spots import Box
from chalicelib.daily.domain import DayReport, PlantDay
from chalicelib.daily.report import report_of
from chalicelib.shifts.domain import Shift
from tests.daily.lakes import DAY, at, defect, lake_in, report_in, rows_of, seen

EARLY, LATE = Shift(at(6), at(14), "Early"), Shift(at(14), at(22), "Late")
NIGHT_BEFORE, NIGHT = Shift(at(-2), at(6), "Night"), Shift(at(22), at(30), "Night")


def names(report: DayReport, by: str) -> dict[tuple[str, ...], int]:
    section = report.section(by)
    return {} if section is None else {group.name: group.counts.images for group in section.groups}


def test_images_count_for_the_shift_in_which_they_were_captured(tmp_path: Path) -> None:
    times = (at(1), at(5, 59), at(6), at(13, 59), at(14), at(23))
    lake = lake_in(tmp_path, *(seen(number, time) for number, time in enumerate(times)))
    found = rows_of(lake)
    shifts = (NIGHT_BEFORE, EARLY, LATE, NIGHT)
    assert list(names(report_of(found, "plates", {"plates": shifts}), "shift").items()) == [
        (("Fri 22:00 to 06:00 Night",), 2),
        (("06:00 to 14:00 Early",), 2),
        (("14:00 to 22:00 Late",), 1),
        (("22:00 to Sun 06:00 Night",), 1),
    ]


def test_images_outside_the_shifts_and_projects_without_a_calendar(tmp_path: Path) -> None:
    found = rows_of(lake_in(tmp_path, seen(1, at(7)), seen(2, at(3)), seen(3, at(7), project="rings")))
    report = report_of(found, None, {"plates": (EARLY,)})
    assert names(report, "shift") == {("plates", "06:00 to 14:00 Early"): 1, ("plates", "outside the shifts"): 1}
    assert report_of(found, "rings", {"plates": (EARLY,)}).section("shift") is None


def test_of_two_shifts_at_the_same_time_the_later_one_has_the_images(tmp_path: Path) -> None:
    overtime = Shift(at(12), at(13), "Overtime")
    found = rows_of(lake_in(tmp_path, seen(1, at(11)), seen(2, at(12, 30)), seen(3, at(13, 30))))
    report = report_of(found, "plates", {"plates": (EARLY, overtime)})
    assert names(report, "shift") == {("06:00 to 14:00 Early",): 2, ("12:00 to 13:00 Overtime",): 1}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 14), 24)])
def test_days_on_which_the_clocks_change_are_whole(tmp_path: Path, day: date, hours: int) -> None:
    """An hour that is there twice has the images of both."""
    plant_day = PlantDay(day, "Europe/Berlin")
    start = plant_day.start
    step = (plant_day.end - start) / hours
    events = [seen(number, start + step * number) for number in range(-1, hours + 1)]
    report = report_in(lake_in(tmp_path, *events), "plates", plant_day)
    assert report.total.images == hours
    expected = {f"{hour:02}:00" for hour in range(24)} - ({"02:00"} if hours == 23 else set())
    assert {name for (name,) in names(report, "hour")} == expected
    assert names(report, "hour").get(("02:00",)) == {23: None, 24: 1, 25: 2}[hours]


def test_defects_by_place_the_most_frequent_first(tmp_path: Path) -> None:
    corner, middle = (Box(0, 0, 9, 9),), (Box(310, 230, 330, 250),)
    events = [defect(1, at(8), boxes=corner), defect(2, at(8), boxes=middle), defect(3, at(8), boxes=middle)]
    report = report_in(lake_in(tmp_path, *events, defect(4, at(9)), seen(5, at(9), boxes=corner)))
    assert list(names(report, "place").items()) == [(("centre",), 2), (("not marked",), 1), (("upper left",), 1)]


def test_the_clearest_defects_are_those_of_which_the_model_is_surest(tmp_path: Path) -> None:
    lake = lake_in(tmp_path, *(defect(number, at(8, number), 0.6 + number / 100) for number in range(20)))
    assert [each.image_id for each in report_in(lake).defects] == [f"image-{number}" for number in range(19, 7, -1)]


def test_reasons_of_images_without_a_verdict_on_a_part(tmp_path: Path) -> None:
    nothing = {"confidence": None, "anomaly_probability": None}
    events = [seen(n, at(8), verdict=Verdict.UNFAMILIAR, reason="=covered lens", **nothing) for n in range(2)] + [
        seen(9, at(8), verdict=Verdict.REJECTED, reason="no image", **nothing)
    ]
    report = report_in(lake_in(tmp_path, *events, seen(10, at(8))))
    assert [(each.verdict, each.reason, each.images) for each in report.reasons] == [
        ("unfamiliar", "=covered lens", 2),
        ("rejected", "no image", 1),
    ]
    assert (report.total.parts, report.total.unjudged) == (1, 3)


def test_a_camera_that_sent_before_and_not_on_the_day_fell_silent(tmp_path: Path) -> None:
    lake = lake_in(
        tmp_path, seen(1, at(8)), seen(2, at(8, days=-2), camera="cam-2"), seen(3, at(8, days=-9), camera="old")
    )
    [silent] = report_in(lake, "plates").silences
    assert (silent.camera, silent.what) == (
        "cam-2",
        "no image on this day; the last one was captured on 2026-03-12, 08:00",
    )


def test_a_camera_that_stopped_while_its_line_went_on_fell_silent(tmp_path: Path) -> None:
    lake = lake_in(
        tmp_path,
        seen(1, at(8)),
        seen(2, at(10, 1), camera="cam-2"),
        seen(3, at(9, 30), camera="cam-3"),
        seen(4, at(20), line="L2"),
    )
    [silent] = report_in(lake).silences
    assert (silent.camera, silent.what) == (
        "cam-1",
        "last image at 08:00; other cameras of the line went on until 10:01",
    )


def test_on_a_free_day_no_camera_fell_silent(tmp_path: Path) -> None:
    assert report_in(lake_in(tmp_path, seen(1, at(8, days=-1)))).silences == ()
    assert DAY.day == date(2026, 3, 14)
