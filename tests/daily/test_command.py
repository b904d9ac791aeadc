"""`linewatch report` on a stage's bucket."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib.lake.s3 import ParquetLake
from linewatch.__main__ import main
from tests.daily.lakes import DAY, add, at, defect, seen
from tests.pipeline.account import NUMBER
from tests.support.served_aws import served_stage

BUCKET = f"linewatch-test-{NUMBER}"


@pytest.fixture(scope="module")
def lake() -> Iterator[ParquetLake]:
    """A stage's bucket with a lake and its table of calendars, which the command reaches by the environment."""
    with served_stage(BUCKET) as s3:
        made = ParquetLake(s3, BUCKET)
        add(made, [seen(1, at(8)), defect(2, at(9)), seen(3, at(0, 10), project="rings")])
        yield made


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["report", *words, "--stage", "test"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_day_is_printed_for_each_project_and_for_all_and_says_what_changed(lake: ParquetLake, tmp_path: Path) -> None:
    words = ("--day", "2026-03-14", "--zone", "Europe/Berlin", "--out", str(tmp_path))
    result = run(*words)
    assert result.stdout.splitlines()[:3] == [
        "plates: 2 images, 1 of 2 parts defective",
        "rings: 1 images, 0 of 1 parts defective",
        "all projects: 3 images, 1 of 3 parts defective",
    ]
    assert result.stderr.splitlines()[-1].endswith("MB of 2 files read")
    first = files_in(tmp_path)
    kinds = ("csv", "html", "json", "xlsx")
    assert sorted(first) == [f"{of}/2026-03-14/report.{kind}" for of in ("_all", "plates", "rings") for kind in kinds]
    assert b"The image was deleted or replaced." in first["plates/2026-03-14/report.html"]
    run(*words)
    assert files_in(tmp_path) == first
    add(lake, [seen(4, at(10))])
    assert "  1 images came after the last print." in run(*words).stdout.splitlines()
    assert files_in(tmp_path)["rings/2026-03-14/report.html"] == first["rings/2026-03-14/report.html"]


@pytest.mark.usefixtures("lake")
def test_a_zone_decides_what_is_of_a_day_and_a_project_may_be_alone(tmp_path: Path) -> None:
    """Ten past midnight in Berlin is the day before in UTC."""
    result = run("--day", DAY.day.isoformat(), "--project", "rings", "--out", str(tmp_path))
    assert result.stdout.splitlines()[0] == "rings: 0 images, 0 of 0 parts defective"
    before = (DAY.day - timedelta(days=1)).isoformat()
    result = run("--day", before, "--project", "rings", "--out", str(tmp_path))
    assert result.stdout.splitlines()[0] == "rings: 1 images, 0 of 1 parts defective"
    assert not (tmp_path / "_all").exists()
    assert date.fromisoformat(before) < DAY.day


@pytest.mark.usefixtures("lake")
def test_wrong_usage_is_named(tmp_path: Path) -> None:
    result = run("--zone", "Europe/Nowhere", "--out", str(tmp_path))
    assert (result.exit_code, "Europe/Nowhere" in result.stderr) == (2, True)
    broken = tmp_path / "_all" / "2026-03-14" / "report.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{}")
    result = run("--day", "2026-03-14", "--out", str(tmp_path))
    assert (result.exit_code, "report.json" in result.stderr) == (2, True)
