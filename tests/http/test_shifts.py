"""The routes of shift calendars, as a program of a plant uses them."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.access.domain import Role
from chalicelib.core.clock import utc_now
from chalicelib.shifts.domain import LONGEST_GRACE
from chalicelib.shifts.routes import MOST_GRACE_MINUTES
from tests.http.conftest import Api
from tests.shifts.world import EARLY
from tests.support.builders import NOON

SHIFTS = "/projects/plates/shifts"
CALENDAR = "text/calendar; charset=utf-8"


@time_machine.travel(NOON)
def test_a_calendar_is_set_shown_and_removed(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    answer = api.send("PUT", f"{SHIFTS}?grace_minutes=5", EARLY, token, CALENDAR)
    assert (answer.status_code, answer.json_body["grace_minutes"]) == (200, 5)
    week = api.get(f"{SHIFTS}?day=2026-03-16", api.key(Role.VIEWER)).json_body
    assert week["zone"] == "Europe/Berlin"
    assert week["hours"]["run"] + week["hours"]["stopped"] == 168
    assert week["shifts"][0] == {
        "start": "2026-03-16T05:00:00+00:00",
        "end": "2026-03-16T13:00:00+00:00",
        "title": "Early",
    }
    assert week["spans"][1]["start"] == "2026-03-16T04:58:00+00:00"
    assert api.get(f"{SHIFTS}/file", token).json_body["file"].encode() == EARLY
    assert api.send("DELETE", SHIFTS, {}, token).status_code == 200
    assert api.get(SHIFTS, token).status_code == 404


def test_a_broken_file_is_answered_with_its_line(api: Api) -> None:
    answer = api.send("PUT", SHIFTS, EARLY.replace(b"DAILY", b"NEVER"), api.key(Role.OPERATOR), CALENDAR)
    assert answer.status_code == 400
    assert answer.json_body["errors"] == [{"field": "line 8", "message": "RRULE cannot be read: 'FREQ=NEVER'"}]


@pytest.mark.parametrize("minutes", ["-1", "721", "9" * 20])
def test_a_grace_of_too_many_minutes_is_refused(api: Api, minutes: str) -> None:
    answer = api.send("PUT", f"{SHIFTS}?grace_minutes={minutes}", EARLY, api.key(Role.OPERATOR), CALENDAR)
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "grace_minutes")
    assert timedelta(minutes=MOST_GRACE_MINUTES) == LONGEST_GRACE


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_a_day_more_than_a_year_away_is_refused(api: Api, day: str) -> None:
    """To work out all shifts until then could take minutes, and the last days of all have no days after them."""
    token = api.key(Role.OPERATOR)
    api.send("PUT", SHIFTS, EARLY, token, CALENDAR)
    answer = api.get(f"{SHIFTS}?day={day}", token)
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "day")


def test_a_file_with_a_line_break_within_a_character_is_shown(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    folded = EARLY.replace(b"SUMMARY:Early", b"SUMMARY:Fr\xc3\r\n \xbch")
    assert api.send("PUT", SHIFTS, folded, token, CALENDAR).status_code == 200
    assert api.get(f"{SHIFTS}/file", token).json_body["file"].encode() == EARLY.replace(b"Early", "Früh".encode())


def test_a_revision_of_an_event_with_too_many_digits_is_none(api: Api) -> None:
    numbered = EARLY.replace(b"SUMMARY:Early", b"SUMMARY:Early\r\nSEQUENCE:" + b"9" * 5000)
    assert api.send("PUT", SHIFTS, numbered, api.key(Role.OPERATOR), CALENDAR).status_code == 200


def test_an_override_holds_until_its_time_and_can_be_ended(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    api.send("PUT", SHIFTS, EARLY, token, CALENDAR)
    until = (utc_now() + timedelta(hours=1)).isoformat(timespec="seconds")
    answer = api.send("PUT", f"{SHIFTS}/override", {"run": True, "until": until}, token)
    assert answer.json_body["override"]["until"] == until
    now = api.get(SHIFTS, token).json_body["now"]
    assert (now["run"], now["until"]) == (True, until)
    assert api.send("DELETE", f"{SHIFTS}/override", {}, token).json_body["override"] is None


def test_an_override_of_the_past_or_without_its_state_is_refused(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    api.send("PUT", SHIFTS, EARLY, token, CALENDAR)
    for body, field in (({"run": True, "until": "2020-01-01T00:00:00Z"}, "until"), ({}, "run")):
        answer = api.send("PUT", f"{SHIFTS}/override", body, token)
        assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, field)


def test_a_key_of_another_project_sees_nothing(api: Api) -> None:
    assert api.get(SHIFTS, api.key(Role.ADMIN, "rings")).status_code == 403


def test_the_end_of_the_day_is_set_shown_and_removed_without_a_calendar(api: Api) -> None:
    token, path = api.key(Role.OPERATOR), f"{SHIFTS}/end-of-day"
    wanted = {"at": "21:00", "zone": "Europe/Berlin", "prefix": "line-1/cam-1"}
    assert api.send("PUT", path, wanted, token).json_body["end_of_day"] == wanted | {"latest": None}
    assert api.get(path, api.key(Role.VIEWER)).json_body["end_of_day"] == wanted | {"latest": None}
    assert api.send("DELETE", path, {}, token).json_body["end_of_day"] is None
    assert api.send("DELETE", path, {}, token).status_code == 404
    assert api.send("PUT", path, wanted, api.key(Role.VIEWER)).status_code == 403


def test_a_wrong_end_of_the_day_is_refused_with_its_field(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    for wrong in (
        {"at": "25:00"},
        {"zone": "Berlin"},
        {"zone": "Europe"},
        {"zone": "a" * 300},
        {"prefix": "line-1/cam-1/2026"},
        {"prefix": ".."},
    ):
        answer = api.send("PUT", f"{SHIFTS}/end-of-day", {"at": "21:00", "zone": "UTC"} | wrong, token)
        assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, next(iter(wrong)))
