"""The guide's week of shifts is what the command draws."""

from datetime import date, time
from pathlib import Path

from chalicelib.shifts.closed_words import is_closed
from chalicelib.shifts.set_end_of_day import set_end_of_day
from chalicelib.shifts.show import Week, show_week
from linewatch.operate import week_strip, week_svg, week_view
from tests.shifts.calendars import FILES, utc
from tests.shifts.world import OPERATOR, World

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "guide" / "shifts.md").read_text(encoding="utf-8")


def week() -> Week:
    world = World()
    world.clock.now = utc("2026-04-29 08:20")
    world.set((FILES / "outlook.ics").read_bytes())
    set_end_of_day("plates", OPERATOR, at=time(21, 0), zone=None, storage=world.storage)
    return show_week("plates", OPERATOR, day=date(2026, 4, 27), storage=world.storage)


def test_the_guide_has_the_week_as_the_terminal_shows_it() -> None:
    drawn = [*week_strip.strip(week_view.rows(week())), "", *week_view.summary(week())]
    assert "\n".join(line.rstrip() for line in drawn) in GUIDE


def test_the_picture_is_the_drawing_of_that_week() -> None:
    drawn = week_svg.drawing(week_view.title(week()), week_view.rows(week()), list(week_view.summary(week())))
    assert (DOCS / "images" / "shifts.svg").read_text(encoding="utf-8") == drawn


def test_the_words_that_the_guide_names_close_the_plant() -> None:
    for category in ("Holiday", "Feiertag", "Jour férié"):
        assert f"`{category}`" in GUIDE
        assert is_closed("", [category], "")
    assert is_closed("Holiday: 1 May", [], "")
    assert not is_closed("Holiday shift", [], "")
