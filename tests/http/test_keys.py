"""Administrators keep the keys of their project, and see the settings of the stage."""

from datetime import timedelta

import pytest

from chalicelib.access.domain import Role
from tests.http.conftest import Api
from tests.support.builders import NOON

KEYS = "/keys"
NEW = {"role": "camera", "lines": ["line-1"], "cameras": ["cam-*"], "note": "Anna's camera", "hours": 12}


def test_a_key_is_made_and_its_token_is_answered_once(api: Api) -> None:
    admin = api.key(Role.ADMIN)
    made = api.post(KEYS, NEW, admin)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    stored = made.json_body
    token = stored.pop("token")
    assert api.get("/key", token).json_body["cameras"] == ["cam-*"]
    assert stored["expires_at"] is not None
    listed = api.get(KEYS, admin).json_body["keys"]
    assert stored in listed
    assert token not in str(listed)
    assert token.split("_")[2] not in str(listed)


def test_a_key_says_who_made_it(api: Api) -> None:
    admin, ada = api.key(Role.ADMIN), api.session(Role.ADMIN, name="ada@example.com")
    by_key, by_person = (api.post(KEYS, {"role": "viewer"}, each).json_body for each in (admin, ada))
    assert (by_key["made_by"], by_person["made_by"]) == (admin.split("_")[1], "ada@example.com")
    listed = {each["key_id"]: each["made_by"] for each in api.get(KEYS, admin).json_body["keys"]}
    assert [listed[each["key_id"]] for each in (by_key, by_person)] == [by_key["made_by"], "ada@example.com"]
    assert listed[admin.split("_")[1]] is None


def test_only_the_keys_of_the_own_project_are_listed_and_revoked(api: Api) -> None:
    admin, foreign = api.key(Role.ADMIN), api.key(Role.VIEWER, project="bolts")
    assert len(api.get(KEYS, admin).json_body["keys"]) == 1
    for key_id in (foreign.split("_")[1], "unknown"):
        assert api.send("DELETE", f"{KEYS}/{key_id}", {}, admin).status_code == 404
    assert api.get("/key", foreign).status_code == 200


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(api: Api) -> None:
    admin, viewer = api.key(Role.ADMIN), api.key(Role.VIEWER)
    key_id = viewer.split("_")[1]
    first, again = (api.send("DELETE", f"{KEYS}/{key_id}", {}, admin).json_body for _ in range(2))
    assert first["revoked_at"] == again["revoked_at"] is not None
    assert api.get("/key", viewer).status_code == 403
    assert key_id in {each["key_id"] for each in api.get(KEYS, admin).json_body["keys"]}


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"lines": ["line-*"]}, 201),
        ({"lines": ["line-7"]}, 201),
        ({"lines": ["*"]}, 403),
        ({"lines": ["line-?"]}, 403),
        ({"lines": ["pack-1"]}, 403),
        ({"lines": ["line-7"], "cameras": ["cam-2"]}, 403),
        ({"lines": ["line 7"]}, 403),
        ({"lines": []}, 400),
        ({"lines": ["line-7"], "hours": 0}, 400),
        ({"lines": ["line-7"], "project": "bolts"}, 400),
    ],
)
def test_a_key_gives_away_no_more_than_it_has(api: Api, scope: dict[str, object], status: int) -> None:
    admin = api.key(Role.ADMIN, lines=("line-*",), cameras=("cam-1",))
    sent = {"role": "viewer", "cameras": ["cam-1"], **scope}
    assert api.post(KEYS, sent, admin).status_code == status


def lasting(api: Api, hours: int) -> str:
    """The token of an admin's key that expires."""
    return api.linewatch.access.issue_key(Role.ADMIN, "plates", lifetime=timedelta(hours=hours))[1]


@pytest.mark.parametrize(("hours", "status"), [(11, 201), (13, 403), (None, 403)])
def test_a_key_that_expires_makes_none_that_lasts_longer(api: Api, hours: int | None, status: int) -> None:
    answer = api.post(KEYS, {"role": "admin", "hours": hours}, lasting(api, 12))
    assert answer.status_code == status
    assert status == 201 or "lasts longer" in answer.json_body["message"]


def test_a_session_makes_keys_that_outlast_it(api: Api) -> None:
    assert api.post(KEYS, NEW | {"hours": 24}, api.session(Role.ADMIN)).status_code == 201


def test_a_key_revokes_itself_but_none_that_covers_more(api: Api) -> None:
    wide, narrow = api.key(Role.CAMERA), api.key(Role.ADMIN, lines=("line-1",))
    other = api.key(Role.CAMERA, lines=("line-1",), cameras=("cam-2",))
    statuses = [
        api.send("DELETE", f"{KEYS}/{token.split('_')[1]}", {}, narrow).status_code for token in (wide, other, narrow)
    ]
    assert statuses == [403, 200, 200]
    assert api.get("/key", wide).status_code == 200


def test_a_revoked_key_that_the_gateway_still_lets_in_gives_nothing_away(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For half a minute it has the authorizer's answer in its cache."""
    token = api.key(Role.ADMIN)
    grant = api.linewatch.access.authorize(token)
    monkeypatch.setattr(api.linewatch.access, "authorize", lambda _token: grant)
    api.keys.revoke(token.split("_")[1], NOON)
    assert api.get("/key", token).status_code == 200
    assert api.post(KEYS, NEW, token).status_code == 403
    invited = {"name": "ada@example.com", "role": "admin", "projects": ["plates"]}
    assert api.post("/people", invited, token).status_code == 403


def test_a_pattern_that_is_none_is_refused_in_words(api: Api) -> None:
    answer = api.post(KEYS, NEW | {"lines": ["<b>line</b>"]}, api.key(Role.ADMIN))
    assert (answer.status_code, "is not valid" in answer.json_body["message"]) == (400, True)


def test_the_settings_are_shown_without_lines_of_other_projects(api: Api) -> None:
    shown = api.get("/settings", api.key(Role.VIEWER)).json_body
    assert shown["alerts"] == {
        "confidence": 0.2,
        "lines": {"line-7": 0.35},
        "window_seconds": 300,
        "mail": "text",
    }
    assert shown["retention"] == {"images": 365, "images_cold": None, "verdicts": None, "alerts": 35, "log": 30}
