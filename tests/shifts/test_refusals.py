"""A broken file is refused with the number of the line that is wrong."""

from time import process_time

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.shifts import zones
from chalicelib.shifts.calendar_file import MOST_EVENTS, read_calendar
from chalicelib.shifts.domain import LARGEST_FILE
from tests.shifts.calendars import BERLIN, FILES, content_of, event

GOOD = event(":20260314T060000", ":20260314T140000")


def refused(content: bytes) -> str:
    with pytest.raises(InvalidRequest) as caught:
        read_calendar(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["BEGIN:VEVENT", "DTSTART:2026x", "END:VEVENT"], "line 5: DTSTART cannot be read: '2026x'"),
        (["BEGIN:VEVENT", "nonsense", "END:VEVENT"], "line 5: is not a line of a calendar: 'nonsense'"),
        (["BEGIN:VEVENT", "END:VTODO"], "line 5: expected END:VEVENT, found END:VTODO"),
        (["BEGIN:VEVENT", "SUMMARY:x", "END:VEVENT"], "line 4: the event has no DTSTART"),
        (["BEGIN:VEVENT", "DTSTART:20260314T060000", "END:VEVENT"], "line 4: the event has no end"),
        (event(":20260314T060000", ":20260314T050000"), "line 6: the event must end after it begins"),
        (event(":20260314T060000", ":20280314T050000"), "line 6: the event must end after it begins, at most 366"),
        (event(":19000101T060000", ":19000101T140000"), "line 5: DTSTART is not between the years 1970"),
        (event(":20260314T060000", ":20260314T140000", "RRULE:FREQ=NEVER"), "line 8: RRULE cannot be read"),
        (event(":20260314T060000", ":20260314T140000", "RRULE:FREQ=WEEKLY;BYDAY=XX"), "line 8: RRULE cannot be read"),
        (
            event(":20260314T060000", ":20260314T140000", "RRULE:FREQ=DAILY;INTERVAL=0"),
            "line 8: INTERVAL must be at least",
        ),
        (
            event(
                ":20260314T060000",
                ":20260314T140000",
                "RRULE:FREQ=DAILY;BYHOUR=6,14;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12",
            ),
            "line 8: a rule has at most 24 starts a day",
        ),
        (
            event(":20260314T060000", ":20260314T140000", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31"),
            "line 8: BYMONTHDAY does not go with DAILY: repeat MONTHLY or YEARLY",
        ),
        (event(":20260314T060000", ":20260314T140000", "RRULE:FREQ=SECONDLY"), "line 8: a shift repeats DAILY"),
        (event(":20260314T060000", ":20260314T140000", "EXDATE:whenever"), "line 8: EXDATE cannot be read"),
        (event(":20260314T060000", ":20260314T140000", "EXRULE:FREQ=DAILY"), "line 8: EXRULE is not supported"),
        (event(";TZID=Mars/Olympus:20260314T060000", ":20260314T140000"), "line 5: the time zone 'Mars/Olympus'"),
        (event(";TZID:20260314T060000", ":20260314T140000"), "line 5: cannot be read"),
        (["BEGIN:VEVENT", "DTSTART:20260314T060000", "DURATION:8h", "END:VEVENT"], "line 6: DURATION cannot be read"),
        (["BEGIN:VEVENT", "DTSTART:20260314T060000", "DURATION:-PT8H", "END:VEVENT"], "line 6: the event must end"),
    ],
)
def test_the_line_that_is_wrong_is_named(lines: list[str], message: str) -> None:
    assert refused(content_of(BERLIN, *lines)).startswith(message)


def test_a_folded_line_is_named_by_where_it_begins() -> None:
    lines = [*GOOD, "BEGIN:VEVENT", "DTSTART:2026", " 0314", " Tx", "END:VEVENT"]
    assert refused(content_of(BERLIN, *lines)).startswith("line 10: DTSTART cannot be read")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: the file is empty"),
        (b"<html>", "line 1: is not a line of a calendar"),
        (b"SUMMARY:x", "line 1: expected BEGIN:VCALENDAR"),
        (b"BEGIN:VEVENT\nEND:VEVENT", "line 1: BEGIN:VEVENT is not at its place"),
        (b"BEGIN:VCALENDAR\nSUMMARY:\xff\nEND:VCALENDAR", "line 2: is not UTF-8"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "the file has no events"),
        (b"END:VCALENDAR\n", "line 1: expected BEGIN:VCALENDAR, found END:VCALENDAR"),
    ],
)
def test_what_is_no_calendar_is_refused(content: bytes, message: str) -> None:
    assert refused(content).startswith(message)


@pytest.mark.parametrize("cut", [100, 700, 1500, 2500])
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    content = (FILES / "outlook.ics").read_bytes()
    assert refused(content[:cut]).startswith("line ")


def test_a_time_without_a_zone_needs_a_zone_of_the_calendar() -> None:
    assert refused(content_of(*GOOD)) == "line 4: DTSTART has no time zone, and the file has not one: add X-WR-TIMEZONE"


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "at most" in refused(b"x" * (LARGEST_FILE + 1))


def test_too_many_events_are_refused_at_the_first_that_is_too_much() -> None:
    assert refused(content_of(BERLIN, *GOOD * (MOST_EVENTS + 1))).startswith(
        f"line {4 + 5 * MOST_EVENTS}: the file has"
    )


def a_zone(rule: str, start: str = "19700101T000000") -> list[str]:
    """A zone of its own whose clocks change by this rule, and an event in it."""
    part = [f"DTSTART:{start}", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", rule]
    zone = ["BEGIN:VTIMEZONE", "TZID:Plant", "BEGIN:STANDARD", *part, "END:STANDARD", "END:VTIMEZONE"]
    return [*zone, *event(";TZID=Plant:20260314T060000", ";TZID=Plant:20260314T140000")]


@pytest.mark.parametrize(
    "lines",
    [
        a_zone("RRULE:FREQ=DAILY"),
        a_zone(
            "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23", "16010101T000000"
        ),
        a_zone("RRULE:FREQ=DAILY;COUNT=1001"),
        a_zone("RDATE:" + ",".join(["20260314T060000"] * 1001)),
    ],
)
def test_a_zone_whose_clocks_change_each_day_is_refused_at_once(lines: list[str]) -> None:
    began = process_time()
    assert "1000 times" in refused(content_of(*lines))
    assert process_time() - began < 1


@pytest.mark.parametrize("line", ["BEGIN:VCALENDAR{}", "END:{}", "DTSTART;TZID={}:20260314T060000"])
def test_a_refusal_quotes_little_of_the_file(line: str) -> None:
    wrong = ["BEGIN:VEVENT", line.format("A" * 10_000), "DURATION:PT1H", "END:VEVENT"]
    assert len(refused(content_of(*wrong))) < 400


def test_a_part_of_a_zone_has_one_rule() -> None:
    two = a_zone("\r\n".join(["RRULE:FREQ=YEARLY"] * 2))
    assert refused(content_of(*two)).startswith("line 10: STANDARD has one RRULE")


def test_a_long_name_of_a_zone_is_refused_at_once() -> None:
    began = process_time()
    assert "is not known" in refused(content_of(*event(f";TZID={'a/' * 20_000}b:20260314T060000", ":20260314T140000")))
    assert process_time() - began < 1


def test_zones_whose_rules_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks for the 30th of February until the year 9999. They may take half a second here, and 4 s elsewhere."""
    monkeypatch.setattr(zones, "LONGEST_WORK", 0.5)
    zone = a_zone("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    began = process_time()
    assert "take too long" in refused(content_of(*zone[:2], *zone[2:8] * 100, *zone[8:]))
    assert process_time() - began < 2


def test_a_zone_may_count_its_changes() -> None:
    content = content_of(*a_zone("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=25", "19700329T020000"))
    changes = read_calendar(content).home.changes
    assert [each.at.year for each in changes] == [1970, 1990, 1991, 1992, 1993, 1994]
