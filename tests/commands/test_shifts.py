"""`linewatch shifts`, as an operator runs it against a stage (moto)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine

from chalicelib.shifts.domain import Zone
from linewatch.errors import UsageProblem
from linewatch.operate.plant_time import plant_time
from tests.operate.stage import Stage, a_stage
from tests.pipeline.photographs import artifact
from tests.shifts.calendars import FILES, utc

FRIDAY = datetime(2026, 5, 1, 8, 20, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """On 1 May 2026, a holiday; plates has a version that is hosted."""
    model = tmp_path / "plates.safetensors"
    model.write_bytes(artifact())
    with a_stage() as made, time_machine.travel(FRIDAY, tick=False):
        made.run("project", "create", "plates")
        made.run("model", "import", "plates", str(model))
        made.run("model", "start", "plates")
        yield made


def calendar(name: str = "outlook.ics") -> str:
    return str(FILES / name)


def test_a_calendar_is_set_shown_overridden_and_removed(stage: Stage) -> None:
    stage.run("shifts", "set", "plates", calendar(), "--grace", "5")
    assert stage.json("shifts", "show", "plates")["grace_minutes"] == 5
    shown = stage.run("shifts", "show", "plates").stdout
    assert "Europe/Berlin, now Fri 01 May 10:20: the model is hosted; it should run until" in shown
    stage.run("shifts", "override", "plates", "stop", "--until", "12:00")
    assert "it should be stopped until Fri 01 May 12:00" in stage.run("shifts", "show", "plates").stdout
    stage.run("shifts", "override", "plates", "end")
    assert stage.json("shifts", "show", "plates")["override"] is None
    stage.run("shifts", "remove", "plates")
    assert "has no calendar" in stage.tried("shifts", "show", "plates").output


def test_a_broken_file_is_refused_with_its_line(stage: Stage, tmp_path: Path) -> None:
    broken = tmp_path / "shifts.ics"
    broken.write_bytes((FILES / "outlook.ics").read_bytes().replace(b"BYDAY=MO,TU", b"BYDAY=XX,TU", 1))
    refused = stage.tried("shifts", "set", "plates", str(broken))
    assert refused.exit_code != 0
    assert "line 34: RRULE cannot be read" in refused.output


def test_a_week_is_drawn_with_its_shifts_closures_hours_and_money(stage: Stage) -> None:
    stage.run("shifts", "set", "plates", calendar())
    lines = stage.run("shifts", "show", "plates", "--week", "--since", "2026-04-27").stdout.splitlines()
    [monday] = [line for line in lines if line.startswith("Mon 27 Apr")]
    assert monday == "Mon 27 Apr  " + "·" * 12 + "█" * 16 + "·" * 16 + "█" * 4 + (
        "  06:00-14:00 Frühschicht, 22:00-06:00 Nachtschicht"
    )
    [friday] = [line for line in lines if line.startswith("Fri 01 May")]
    assert friday.endswith("closed: Tag der Arbeit")
    assert any("hours less than always on" in line for line in lines)
    assert any("4.00 USD an hour until it ended on 2025-10-31" in line for line in lines)


def test_a_week_is_drawn_into_a_file(stage: Stage, tmp_path: Path) -> None:
    stage.run("shifts", "set", "plates", calendar())
    drawn = tmp_path / "week.svg"
    stage.run("shifts", "show", "plates", "--since", "2026-04-27", "--svg", str(drawn))
    root = ElementTree.fromstring(drawn.read_text(encoding="utf-8"))
    texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Fri 01 May" in texts
    assert any("closed: Tag der Arbeit" in text for text in texts)


def test_a_time_is_the_next_one_on_the_plants_clock_or_a_date() -> None:
    berlin, now = Zone("Europe/Berlin"), utc("2026-03-28 17:00")
    assert plant_time("19:00", berlin, now) == utc("2026-03-28 18:00")
    assert plant_time("6:00", berlin, now) == utc("2026-03-29 04:00")
    assert plant_time("2026-03-30T06:00", berlin, now) == utc("2026-03-30 04:00")
    assert plant_time("2026-03-30T06:00+00:00", berlin, now) - utc("2026-03-30 06:00") == timedelta()
    with pytest.raises(UsageProblem, match="'soon' is no time"):
        plant_time("soon", berlin, now)


def test_the_images_of_each_day_are_inspected_at_a_time(stage: Stage) -> None:
    assert "zone: must be the name of a time zone" in stage.tried("shifts", "end-of-day", "plates", "21:00").output
    stage.run("shifts", "set", "plates", calendar())
    assert "each day at 21:00, Europe/Berlin" in stage.run("shifts", "end-of-day", "plates", "21:00").stderr
    found = stage.json("shifts", "show", "plates")["end_of_day"]
    assert found == {"at": "21:00", "zone": "Europe/Berlin", "prefix": "", "latest": None}
    assert "HH:MM, or off" in stage.tried("shifts", "end-of-day", "plates", "late").output
    stage.run("shifts", "end-of-day", "plates", "off")
    assert stage.json("shifts", "show", "plates")["end_of_day"] is None
