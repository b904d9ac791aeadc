"""The page, the CSV file, the workbook and the export."""

import csv
import json
import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from chalicelib.core.inspection import Verdict
from chalicelib.daily.changes import printed
from chalicelib.daily.domain import PlantDay, PrintedReport, VerdictCounts
from chalicelib.daily.export import COLUMNS, export_of, manifest_of
from chalicelib.daily.files import files_of
from chalicelib.daily.page import conclusion
from chalicelib.daily.words import compared
from tests.daily.lakes import DAY, at, defect, lake_in, report_in, rows_of, seen
from tests.lake.generated import events

NOTHING = {"confidence": None, "anomaly_probability": None}
FORMULA = '=HYPERLINK("http://evil.example")'


def print_of(folder: Path) -> PrintedReport:
    hostile = seen(3, at(9), line="-line", verdict=Verdict.UNFAMILIAR, reason=FORMULA, **NOTHING)
    lake = lake_in(folder, seen(1, at(8)), defect(2, at(9)), hostile)
    return printed(report_in(lake, "plates"), None)


def test_the_csv_file_has_every_count_with_exact_intervals(tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(files_of(print_of(tmp_path), {})["report.csv"].decode())))
    day = next(row for row in rows if (row["by"], row["name"]) == ("day", "2026-03-14"))
    assert (day["images"], day["parts"], day["good"], day["defective"], day["unfamiliar"]) == ("3", "2", "1", "1", "1")
    assert (day["yield"], day["yield from"], day["yield to"]) == ("0.5", "0.012579", "0.987421")
    assert {row["by"] for row in rows} == {"day", "line", "camera", "model version", "hour"}


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """In CSV an apostrophe goes before it; in a workbook it is of the type text."""
    files = files_of(print_of(tmp_path), {})
    rows = list(csv.reader(StringIO(files["report.csv"].decode())))
    assert any(cell == "'-line" for row in rows for cell in row)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    with ZipFile(BytesIO(files["report.xlsx"])) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
        texts = book.read("xl/sharedStrings.xml").decode()
    assert not any("<f>" in sheet or "hyperlink" in sheet for sheet in sheets)
    assert "=HYPERLINK" in texts


def test_the_page_shows_texts_as_texts_and_asks_nothing_of_a_network(tmp_path: Path) -> None:
    hostile = seen(3, at(9), verdict=Verdict.REJECTED, reason="<script>alert(1)</script>", **NOTHING)
    html = files_of(printed(report_in(lake_in(tmp_path, hostile)), None), {})["report.html"].decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"(src|href)=.?(http|//)", html)


def test_a_picture_that_is_gone_is_said_so(tmp_path: Path) -> None:
    html = files_of(print_of(tmp_path), {})["report.html"].decode()
    assert html.count("No picture.") == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_same_report_makes_the_same_bytes(tmp_path: Path, seed: int) -> None:
    report = report_in(lake_in(tmp_path, *events(seed)), day=PlantDay(date(2026, 3, 15), "Europe/Berlin"))
    assert files_of(printed(report, None), {}) == files_of(printed(report, None), {})


def test_a_day_without_images_is_a_page_too(tmp_path: Path) -> None:
    html = files_of(printed(report_in(lake_in(tmp_path)), None), {})["report.html"].decode()
    assert "No images on this day." in html


def test_a_yield_is_called_clearly_worse_only_if_the_intervals_have_nothing_in_common(tmp_path: Path) -> None:
    good, worse, alike = (
        VerdictCounts(normal=990, anomalous=10),
        VerdictCounts(normal=900, anomalous=100),
        VerdictCounts(normal=980, anomalous=20),
    )
    assert compared(worse, good) == "clearly worse by 9.00 points"
    assert compared(good, worse) == "clearly better by 9.00 points"
    assert compared(alike, good) == "no clear difference"
    assert compared(good, VerdictCounts(failed=3)) is None
    report = report_in(lake_in(tmp_path, defect(1, at(8)), *(seen(n, at(8, days=-1)) for n in range(2, 80))))
    assert conclusion(report)["css"] == "fit"


def test_the_export_has_one_row_for_each_inspection(tmp_path: Path) -> None:
    hostile = seen(3, at(9), verdict=Verdict.UNFAMILIAR, reason=FORMULA, **NOTHING)
    found = rows_of(lake_in(tmp_path, seen(1, at(8)), hostile, defect(2, at(9, 30)), defect(2, at(9, 30))))
    rows = list(csv.DictReader(StringIO(export_of(found.rows, DAY, {}).decode())))
    assert [(row["captured_at"], row["verdict"], row["reason"]) for row in rows] == [
        ("2026-03-14 08:00:00", "normal", ""),
        ("2026-03-14 09:00:00", "unfamiliar", f"'{FORMULA}"),
        ("2026-03-14 09:30:00", "anomalous", ""),
    ]
    assert tuple(rows[0]) == COLUMNS


def test_the_manifest_is_one_that_quicksight_reads() -> None:
    for project, folder in (("plates", "plates/"), (None, "")):
        manifest = json.loads(manifest_of("bucket", project))
        assert manifest["fileLocations"] == [{"URIPrefixes": [f"s3://bucket/exports/inspections/{folder}"]}]
        assert manifest["globalUploadSettings"]["containsHeader"] == "true"
