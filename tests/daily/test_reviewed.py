"""Escapes and false rejects equal a slow count of the events, and the report says what they cover."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict, confidence_of
from chalicelib.daily.changes import changes, printed
from chalicelib.daily.domain import DayReport, PlantDay
from chalicelib.daily.files import files_of
from chalicelib.daily.reviewed import ReviewCounts
from chalicelib.lake.compact import compact
from tests.daily.lakes import add, at, defect, inspected, lake_in, report_in, seen
from tests.daily.test_figures import local_time
from tests.lake.generated import events, valid

SURE: dict[str, Any] = {"confidence": confidence_of(0.1)}


def reviewed(number: int, label: str, *, by: str = "anna", kind: str | None = None, **changes: Any) -> Inspection:
    hour = at(7 + number % 9)
    answer = {"review_label": label, "reviewed_by": by, "review_kind": kind, "reviewed_at": at(20), "revision": 2}
    return inspected(number, hour, **answer, **changes)


DRAWN: dict[str, Any] = {"review_drawn_in": at(6)}
"""What the sample had asked for."""


def with_sample(seed: int) -> list[AnyInspectionEvent]:
    """A random lake, and passed parts of the sample that people reviewed, some of them twice and some unsure."""
    chance, made = Random(seed), events(seed)
    for number in range(5000, 5012):
        label, by = chance.choice(["normal", "anomalous"]), chance.choice(["anna", "+bert"])
        place = {"project": chance.choice(["plates", "rings"]), "review_drawn_in": chance.choice([at(6), None])}
        first = reviewed(number, label, by=by, kind=chance.choice([None, "dent", "scratch"]), **place)
        made += [event_of(first), event_of(replace(first, review_label="normal", revision=3))][: chance.choice([1, 2])]
    return made


def slow(inspections: Sequence[Inspection]) -> ReviewCounts:
    passed = [each for each in inspections if each.verdict is Verdict.NORMAL]
    sample = [each for each in passed if each.review_drawn_in]
    refused = [each for each in inspections if each.verdict is Verdict.ANOMALOUS]
    return ReviewCounts(
        len(passed),
        sum(each.review_label == "anomalous" for each in passed),
        len(sample),
        sum(each.review_label == "anomalous" for each in sample),
        len(refused),
        sum(each.review_label == "normal" for each in refused),
        len(inspections) - len(passed) - len(refused),
    )


def grouped(found: Sequence[Inspection], key: Callable[[Inspection], tuple[str, ...]]) -> dict[Any, ReviewCounts]:
    return {name: slow([each for each in found if key(each) == name]) for name in {key(each) for each in found}}


def in_sections(report: DayReport) -> dict[str, dict[Any, ReviewCounts]]:
    return {section.by: {each.name: each.counts for each in section.groups} for section in report.reviews}


def expected(report: DayReport, made: Sequence[Inspection]) -> dict[str, dict[Any, ReviewCounts]]:
    found = [each for each in made if report.project in {None, each.project} and each.review_label]
    found = [each for each in found if local_time(each, report.zone).date() == report.day]
    own: Callable[[Inspection], tuple[str, ...]] = lambda each: () if report.project else (each.project,)  # noqa: E731
    sections = {
        "reviews": grouped(found, lambda _each: ("all",)),
        "reviews by inspector": grouped(found, lambda each: (*own(each), str(each.reviewed_by))),
        "reviews by kind": grouped(
            [each for each in found if each.review_label == "anomalous"],
            lambda each: (*own(each), each.review_kind or "not named"),
        ),
    }
    if not report.project:
        sections["reviews by project"] = grouped(found, own)
    return {name: groups for name, groups in sections.items() if groups}


@settings(max_examples=12)
@given(
    st.integers(0, 10_000),
    st.sampled_from([date(2026, 3, day) for day in (14, 14, 15, 16)]),
    st.sampled_from([None, "plates", "rings"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
def test_every_count_of_reviews_equals_that_of_the_events(seed: int, day: date, project: str | None, zone: str) -> None:
    made = with_sample(seed)
    with TemporaryDirectory() as folder:
        lake = lake_in(Path(folder), *made)
        report = report_in(lake, project, PlantDay(day, zone))
        assert in_sections(report) == expected(report, valid(made))
        compact(lake=lake)
        assert report_in(lake, project, PlantDay(day, zone)) == report


def test_only_reviews_of_the_sample_say_something_of_the_share_of_escapes(tmp_path: Path) -> None:
    """Ten escapes that people found because they looked for them are named, and give no share."""
    looked_for = [event_of(reviewed(number, "anomalous", **SURE)) for number in range(10)]
    lake = lake_in(tmp_path, *looked_for)
    counts = report_in(lake).reviewed
    assert (counts.escapes, counts.drawn, counts.escape_share) == (10, 0, None)
    assert b"the share of escapes is not known" in files_of(printed(report_in(lake), None), {})["report.html"]
    add(lake, [event_of(reviewed(number, "normal", **SURE, **DRAWN)) for number in range(10, 30)])
    counts = report_in(lake).reviewed
    assert (counts.escapes, counts.drawn, counts.drawn_escapes) == (10, 20, 0)
    low, high = counts.escape_bounds
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 20))  # Clopper and Pearson, none of 20


def test_reviews_change_the_report_once_and_it_says_so(tmp_path: Path) -> None:
    lake = lake_in(tmp_path, seen(1, at(8)), defect(2, at(9)))
    before = report_in(lake)
    add(lake, [event_of(reviewed(2, "normal", verdict=Verdict.ANOMALOUS, anomaly_probability=0.9))])
    now = report_in(lake)
    assert list(changes(before, now)) == ["Reviewed images: 1, before 0.", "False rejects: 1, before 0."]
    add(lake, [event_of(reviewed(2, "normal", verdict=Verdict.ANOMALOUS, anomaly_probability=0.9))])
    assert report_in(lake) == now
    other = replace(reviewed(2, "normal", by="bert", verdict=Verdict.ANOMALOUS, anomaly_probability=0.9), revision=3)
    add(lake, [event_of(other)])
    assert list(changes(now, report_in(lake))) == ["People gave other answers in their reviews."]


def test_the_csv_file_has_the_reviews_in_columns_of_their_own(tmp_path: Path) -> None:
    found = [event_of(reviewed(number, "normal", by="=anna", **SURE, **DRAWN)) for number in range(20)]
    wrong = reviewed(30, "anomalous", kind="dent", verdict=Verdict.ANOMALOUS, anomaly_probability=0.9)
    files = files_of(printed(report_in(lake_in(tmp_path, *found, event_of(wrong)), "plates"), None), {})
    rows = {(row["by"], row["name"]): row for row in csv.DictReader(StringIO(files["report.csv"].decode()))}
    everyone, anna = rows["reviews", "all"], rows["reviews by inspector", "'=anna"]
    assert (everyone["reviewed"], everyone["sample"], everyone["escape share"]) == ("21", "20", "0.0")
    assert (anna["reviewed of refused"], anna["false reject share"], anna["images"]) == ("0", "", "")
    assert rows["reviews by kind", "dent"]["reviewed of refused"] == "1"
    assert rows["day", "2026-03-14"]["reviewed"] == ""
