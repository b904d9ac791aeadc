"""When the model runs: early by its warm-up, late while images wait, as a person asked, and never back and forth."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.shifts.decision import Decision, Source, decide
from chalicelib.shifts.domain import Override, Shift
from chalicelib.shifts.plan import Plan
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState, Wish
from tests.shifts.calendars import utc

GRACE = timedelta(minutes=30)
EARLY = Shift(utc("2026-03-16 06:00"), utc("2026-03-16 14:00"), "Early")
LATE = Shift(utc("2026-03-16 14:00"), utc("2026-03-16 22:00"), "Late")
NEXT = Shift(utc("2026-03-17 06:00"), utc("2026-03-17 14:00"), "Early")
STOPPED = Hosting(state=HostingState.STOPPED, wish=None, version=3, warm_up=timedelta(minutes=2))
HOSTED = replace(STOPPED, state=HostingState.HOSTED, waiting=0)


def plan_of(*shifts: Shift) -> Plan:
    return Plan(utc("2026-03-10 00:00"), utc("2026-04-20 00:00"), shifts)


def at(time: str, hosting: Hosting = STOPPED, override: Override | None = None, *shifts: Shift) -> Decision:
    """The decision at a time of 16 March, or of a whole date."""
    now = utc(time if "-" in time else f"2026-03-16 {time}")
    return decide(plan_of(*(shifts or (EARLY, LATE, NEXT))), now, hosting, override, grace=GRACE)


def asked(run: bool, when: str, until: str | None = None) -> Override:
    ends = None if until is None else utc(f"2026-03-16 {until}")
    return Override(run=run, until=ends, asked_by="anna", asked_at=utc(f"2026-03-16 {when}"))


def by_hand(hosting: Hosting, run: bool, when: str, who: str = "anna") -> Hosting:
    return replace(hosting, wish=Wish(run=run, asked_by=who, asked_at=utc(f"2026-03-16 {when}")))


@pytest.mark.parametrize(("time", "run"), [("05:56", False), ("05:57", True), ("13:59", True), ("21:59", True)])
def test_the_model_starts_early_by_its_warm_up_and_a_minute(time: str, run: bool) -> None:
    assert at(time).run is run


def test_without_a_measured_warm_up_it_is_taken_as_a_minute_and_a_long_one_is_bounded() -> None:
    assert not at("05:57", replace(STOPPED, warm_up=None)).run
    assert at("05:58", replace(STOPPED, warm_up=None)).run
    assert not at("05:43", replace(STOPPED, warm_up=timedelta(hours=2))).run
    assert at("05:44", replace(STOPPED, warm_up=timedelta(hours=2))).run


def test_it_runs_through_shifts_that_follow_on_each_other() -> None:
    assert at("14:00", HOSTED) == Decision(True, LATE.end, "Late")


@pytest.mark.parametrize("pause", [timedelta(minutes=1), timedelta(hours=1)])
def test_it_runs_through_a_short_pause(pause: timedelta) -> None:
    late, middle = replace(LATE, start=LATE.start + pause), EARLY.end + pause / 2
    assert decide(plan_of(EARLY, late), middle, HOSTED, grace=GRACE).run


def test_it_stops_in_a_long_pause() -> None:
    late = replace(LATE, start=LATE.start + timedelta(hours=1, minutes=1))
    assert not at("14:02", HOSTED, None, EARLY, late).run


@pytest.mark.parametrize(
    ("time", "waiting", "run"),
    [
        ("22:01", 0, True),  # the queue's count may be late
        ("22:02", 0, False),
        ("22:02", 1, True),
        ("22:29", 1, True),
        ("22:29", None, True),  # nobody knows
        ("22:30", 1, False),
        ("22:30", None, False),
    ],
)
def test_it_stops_late_until_no_image_waits_or_the_grace_has_passed(time: str, waiting: int | None, run: bool) -> None:
    assert at(time, replace(HOSTED, waiting=waiting)).run is run


def test_an_image_after_the_stop_waits_for_the_next_shift() -> None:
    for state in (HostingState.STOPPED, HostingState.STOPPING, HostingState.FAILED):
        decision = at("22:05", replace(HOSTED, state=state, waiting=7))
        assert decision == Decision(False, NEXT.start - timedelta(minutes=3), "no shift")


def test_an_override_holds_until_its_time() -> None:
    stop = asked(False, "09:00", until="11:00")
    assert at("08:59", HOSTED, stop).run
    assert at("09:00", HOSTED, stop) == Decision(False, stop.until, "anna asked for it", Source.OVERRIDE)
    assert not at("10:59", HOSTED, stop).run
    assert at("11:00", STOPPED, stop).run


def test_an_override_without_a_time_holds_until_a_shift_begins_or_ends() -> None:
    stop = asked(False, "09:00")
    assert not at("13:56", STOPPED, stop).run
    assert at("13:57", STOPPED, stop).run  # the late shift's model starts
    run = asked(True, "23:00")
    assert at("23:30", HOSTED, run) == Decision(
        True, NEXT.start - timedelta(minutes=3), "anna asked for it", Source.OVERRIDE
    )


def test_without_a_further_shift_an_override_holds() -> None:
    assert at("2026-04-01 12:00", HOSTED, asked(True, "23:00"), EARLY).run


def test_after_an_override_to_run_the_images_that_wait_are_judged() -> None:
    run = asked(True, "03:00", until="04:00")
    assert at("04:10", replace(HOSTED, waiting=3), run).run
    assert not at("04:10", HOSTED, run).run
    assert not at("04:30", replace(HOSTED, waiting=3), run).run


def test_a_start_or_stop_by_hand_holds_until_the_next_boundary() -> None:
    started = by_hand(HOSTED, True, "03:00")
    assert at("04:00", started).source is Source.BY_HAND
    assert at("04:00", started).run
    assert not at("22:02", started).run
    stopped = by_hand(STOPPED, False, "10:00")
    assert not at("11:00", stopped).run
    assert at("13:57", stopped).run


def test_the_last_word_of_a_person_counts() -> None:
    stop = asked(False, "09:00", until="20:00")
    assert at("10:00", by_hand(HOSTED, True, "09:30"), stop).run
    assert not at("10:00", by_hand(HOSTED, True, "08:30"), stop).run


def test_what_the_calendar_asked_for_is_no_word_of_a_person() -> None:
    assert at("10:00", by_hand(HOSTED, False, "09:30", CALENDAR_ASKS)).run


def test_an_override_of_the_future_does_not_hold_yet() -> None:
    assert at("10:00", HOSTED, asked(False, "10:01")).run


def test_a_calendar_without_shifts_stops_the_model() -> None:
    empty: Any = Plan(utc("2026-03-10 00:00"), utc("2026-04-20 00:00"), ())
    assert decide(empty, datetime.fromisoformat("2026-03-16T10:00+00:00"), HOSTED, grace=GRACE).run is False
