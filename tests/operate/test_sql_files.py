"""Files of `linewatch sql`, and what a query reads: a day of a year's lake is about a day's files."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.events import event_of
from chalicelib.daily.domain import DAYS_BEFORE, PlantDay
from chalicelib.daily.lake_rows import read_day
from chalicelib.lake.archive import archive
from chalicelib.lake.domain import Scanned
from chalicelib.lake.queries import named_queries, parameters
from chalicelib.lake.s3 import ParquetLake
from chalicelib.reports.csv_text import as_csv
from chalicelib.reports.xlsx import as_xlsx
from linewatch.__main__ import main
from linewatch.operate.lake import open_lake
from tests.lake.samples import FolderS3, an_inspection
from tests.pipeline.account import NUMBER
from tests.support.fake_client import as_client
from tests.support.served_aws import served_bucket

BUCKET = f"linewatch-test-{NUMBER}"
YEAR = 365
QUERY = "SELECT reason, -1 AS minus, -0.5 AS half, count(*) AS number FROM current GROUP BY 1 ORDER BY 1"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A stage with hostile reasons."""
    with served_bucket(BUCKET) as s3:
        lake = ParquetLake(s3, BUCKET)
        nothing: dict[str, Any] = dict.fromkeys(("anomaly_probability", "confidence"))
        reasons = [f"{start}1+1" for start in DANGEROUS]
        made = [an_inspection(n, verdict="rejected", reason=each, **nothing) for n, each in enumerate(reasons)]
        assert not any(archive([event_of(each) for each in made], lake=lake))
        yield BUCKET


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["sql", *words, "--stage", "test"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("bucket")
@pytest.mark.filterwarnings("error")
def test_a_query_is_written_as_csv_xlsx_and_parquet_and_says_what_it_read(tmp_path: Path) -> None:
    for kind in ("csv", "xlsx", "parquet"):
        result = run(QUERY, f"--{kind}", str(tmp_path / f"rows.{kind}"))
        assert result.exit_code == 0, result.output
        assert "MB of 1 file read" in result.stderr
    table = pq.read_table(tmp_path / "rows.parquet")
    assert table.num_rows == len(DANGEROUS)
    assert table["minus"].to_pylist() == [-1] * len(DANGEROUS)
    assert "=1+1" in table["reason"].to_pylist()
    assert (tmp_path / "rows.csv").read_text().count(",-1,-0.5,1") == len(DANGEROUS)


@pytest.mark.usefixtures("bucket")
def test_only_one_file_is_written(tmp_path: Path) -> None:
    result = run(QUERY, "--csv", str(tmp_path / "a.csv"), "--xlsx", str(tmp_path / "a.xlsx"))
    assert (result.exit_code, "choose one" in result.output) == (2, True)


@settings(max_examples=60)
@given(st.sampled_from(DANGEROUS), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_no_text_is_a_formula_and_a_negative_number_stays_one(start: str, rest: str) -> None:
    rows = [[start + rest, -1, -0.5]]
    assert as_csv(["a", "b", "c"], rows).decode().split("\r\n", 1)[1].lstrip('"').startswith("'")
    assert ",-1,-0.5" in as_csv(["a", "b", "c"], rows).decode()
    with ZipFile(BytesIO(as_xlsx(["a", "b", "c"], rows))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>-1</v>" in sheet
    assert "<v>-0.5</v>" in sheet


def test_what_excel_would_round_or_cannot_hold_is_text() -> None:
    rows = [[2**60, float("nan"), datetime(2026, 3, 14), "x" * 40_000]]  # noqa: DTZ001 - a time of a query
    with ZipFile(BytesIO(as_xlsx(["a", "b", "c", "d"], rows))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert str(2**60) in sheet
    assert "2026-03-14T00:00:00" in sheet
    assert "<v>" not in sheet


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of a year, a file a day."""
    folder = tmp_path_factory.mktemp("year")
    lake = ParquetLake(as_client(FolderS3(folder)), "bucket")
    for day in range(YEAR):
        assert not any(archive([event_of(an_inspection(day, days=day))], lake=lake))
    return folder


@pytest.mark.parametrize("name", sorted(named_queries()))
def test_a_days_query_on_a_years_lake_reads_a_days_files(year: Path, name: str) -> None:
    scanned = Scanned()
    lake = open_lake(str(year), scanned=scanned)
    assert scanned.size == 0
    day = an_inspection(100, days=100).captured_at.date()
    lake.execute(named_queries()[name].sql, parameters(day, day)).fetchall()
    [file] = scanned.files
    assert f"dt={day}" in file
    assert 0 < scanned.size < 2 * Path(file).stat().st_size


def test_a_query_of_the_whole_year_reads_every_file(year: Path) -> None:
    scanned = Scanned()
    lake = open_lake(str(year), scanned=scanned)
    [(number,)] = lake.execute("SELECT count(*) FROM current").fetchall()
    assert number == len(scanned.files) == YEAR


def test_a_report_of_a_day_reads_the_files_of_eight_days(year: Path) -> None:
    lake = ParquetLake(as_client(FolderS3(year)), "bucket")
    day = an_inspection(100, days=100).captured_at.date()
    assert read_day(PlantDay(day, "UTC"), lake).rows
    assert len(lake.scanned.files) == 1 + DAYS_BEFORE
