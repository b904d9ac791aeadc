"""What the daily report says of cameras that changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.daily.changes import changes
from chalicelib.daily.domain import DayReport, Picture, PrintedReport
from chalicelib.daily.page import page
from chalicelib.daily.report import report_of
from chalicelib.daily.tables import tables
from chalicelib.drift.domain import Drift, Example, Kind
from tests.daily.lakes import DAY, at, lake_in, report_in, rows_of, seen

SINCE = datetime(2026, 3, 13, 9, tzinfo=UTC)
POINTS = tuple((SINCE + timedelta(hours=hour), 120.0 if hour < 0 else 90.0) for hour in range(-30, 10))
EXAMPLES = tuple(Example(name, f"images/{name}", "e", SINCE) for name in ("early", "late"))
DRIFT = Drift(
    project="plates",
    line="L1",
    camera="<cam>",
    kind=Kind.LIGHT,
    since=SINCE,
    found_on=DAY.day,
    statistic="brightness",
    before=120.0,
    after=90.0,
    chance=0.0001,
    points=POINTS,
    examples=EXAMPLES,
)


def a_report(folder: Path, *drifts: Drift) -> DayReport:
    return replace(report_in(lake_in(folder, seen(1, at(8)))), drifts=drifts)


def test_the_page_shows_since_when_what_and_a_picture_of_before_and_after(tmp_path: Path) -> None:
    report = a_report(tmp_path, DRIFT)
    pictures = {name: Picture(f"data:image/jpeg;base64,{name}", None) for name in ("early", "late")}
    html = page(PrintedReport(1, (), report), pictures).decode()
    for text in ("1 camera changed", "L1 / &lt;cam&gt;: light", "Since about Fri 2026-03-13, 10:00", "base64,early"):
        assert text in html
    assert html.count("polyline") > len(POINTS) / 2
    assert "at most\n1 night in 100" in html


def test_a_report_without_changes_says_nothing_of_them(tmp_path: Path) -> None:
    assert "changed</h2>" not in page(PrintedReport(1, (), a_report(tmp_path)), {}).decode()


def test_a_project_has_only_its_own_cameras(tmp_path: Path) -> None:
    rows = rows_of(lake_in(tmp_path, seen(1, at(8)), seen(2, at(8), project="rings")))
    other = replace(DRIFT, project="rings")
    assert report_of(rows, "rings", {}, [DRIFT, other]).drifts == (other,)
    assert report_of(rows, None, {}, [DRIFT, other]).drifts == (DRIFT, other)


def test_a_drift_that_was_found_later_changes_the_report_and_is_in_the_workbook(tmp_path: Path) -> None:
    report = a_report(tmp_path, DRIFT)
    assert list(changes(replace(report, drifts=()), report)) == ["Other cameras changed."]
    [table] = [table for table in tables(report) if table.name == "changed cameras"]
    assert table.rows == (("plates", "L1", "<cam>", "2026-03-13 09:00 UTC", "light", "brightness", 120.0, 90.0),)
