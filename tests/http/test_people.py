"""Admins invite people, change what they may do and remove them: in their own projects, and never the last admin."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.people.domain import Standing
from tests.http.conftest import Api

EVA = Person("eva@example.com", Role.ADMIN, ("plates",))
BEN = Person("ben@example.com", Role.VIEWER, ("plates",))
NEW = {"name": "Ada@Example.com", "role": "operator", "projects": ["plates"]}


@pytest.fixture
def admin(api: Api) -> str:
    """The token of the only admin."""
    api.people.add(EVA)
    return api.session(Role.ADMIN, name=EVA.name)


def test_an_invitation_is_sent_and_the_person_listed(api: Api, admin: str) -> None:
    answer = api.post("/people", NEW, admin)
    assert answer.status_code == 201
    assert answer.json_body == {
        "name": "ada@example.com",
        "role": "operator",
        "projects": ["plates"],
        "standing": "invited",
        "since": "2026-03-14T12:00:00+00:00",
    }
    assert api.people.invitations == ["ada@example.com"]
    people = api.get("/people", admin).json_body["people"]
    assert [each["name"] for each in people] == ["ada@example.com", "eva@example.com"]


def test_who_has_not_signed_in_is_invited_again(api: Api, admin: str) -> None:
    assert [api.post("/people", NEW, admin).status_code for _ in range(2)] == [201, 201]
    assert api.people.invitations == ["ada@example.com"] * 2


def test_who_has_signed_in_is_not_invited_again(api: Api, admin: str) -> None:
    api.people.add(BEN)
    answer = api.post("/people", NEW | {"name": BEN.name}, admin)
    assert (answer.status_code, answer.json_body["code"]) == (409, "AlreadyInvited")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "ada"},
        {"name": "<script>alert(1)</script>@example.com"},
        {"name": "a" * 10_000 + "@example.com"},
        {"name": "ada@example.com\nBcc: all@example.com"},
        {"name": "ada @example.com"},
        {"name": 7},
        {"role": "camera"},
        {"role": "owner"},
        {"projects": []},
        {"projects": ["plates bolts"]},
        {"projects": ["p"] * 31},
        {"password": "1"},
    ],
)
def test_what_is_no_invitation_is_refused(api: Api, admin: str, wrong: dict[str, object]) -> None:
    assert api.post("/people", NEW | wrong, admin).status_code == 400
    assert api.people.invitations == []


def test_an_admin_gives_no_project_that_is_not_theirs(api: Api, admin: str) -> None:
    answer = api.post("/people", NEW | {"projects": ["plates", "bolts"]}, admin)
    assert (answer.status_code, answer.json_body["code"]) == (403, "Forbidden")
    assert "you are no admin of bolts" in answer.json_body["message"]


def test_an_admin_sees_and_changes_nobody_of_other_projects(api: Api, admin: str) -> None:
    api.people.add(Person("zoe@example.com", Role.VIEWER, ("bolts",)))
    assert [each["name"] for each in api.get("/people", admin).json_body["people"]] == [EVA.name]
    api.people.add(Person("max@example.com", Role.VIEWER, ("plates", "bolts")))
    for name, status in (("zoe@example.com", 404), ("max@example.com", 403)):
        assert api.send("PUT", f"/people/{name}", {"role": "admin"}, admin).status_code == status
        assert api.send("DELETE", f"/people/{name}", {}, admin).status_code == status


def test_of_a_person_of_other_projects_nothing_is_said(api: Api, admin: str) -> None:
    api.people.add(Person("zoe@example.com", Role.VIEWER, ("bolts",)))
    unknown, known = (
        api.send("DELETE", f"/people/{name}@example.com", {}, admin).json_body["message"] for name in ("ida", "zoe")
    )
    assert known == unknown.replace("ida", "zoe")
    taken = api.post("/people", NEW | {"name": "zoe@example.com"}, admin)
    assert (taken.status_code, "bolts" in taken.json_body["message"]) == (403, False)


def test_a_change_ends_the_sessions_of_the_person(api: Api, admin: str) -> None:
    api.people.add(BEN)
    token = api.session(name=BEN.name)
    answer = api.send("PUT", "/people/ben%40example.com", {"role": "operator"}, admin)
    assert (answer.status_code, answer.json_body["role"]) == (200, "operator")
    assert api.get("/key", token).status_code == 403


def test_who_is_disabled_or_removed_is_signed_out(api: Api, admin: str) -> None:
    api.people.add(BEN)
    token = api.session(name=BEN.name)
    assert api.send("PUT", f"/people/{BEN.name}", {"enabled": False}, admin).json_body["standing"] == "disabled"
    assert api.get("/key", token).status_code == 403
    assert api.send("PUT", f"/people/{BEN.name}", {"enabled": True}, admin).json_body["standing"] == "active"
    token = api.session(name=BEN.name)
    assert api.send("DELETE", f"/people/{BEN.name}", {}, admin).json_body == {}
    assert api.get("/key", token).status_code == 403
    assert api.send("DELETE", f"/people/{BEN.name}", {}, admin).status_code == 404


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"enabled": False}, None])
def test_the_last_admin_stays_one(api: Api, admin: str, change: dict[str, object] | None) -> None:
    method = "DELETE" if change is None else "PUT"
    answer = api.send(method, f"/people/{EVA.name}", change or {}, admin)
    assert (answer.status_code, answer.json_body["code"]) == (409, "WrongState")
    assert "the last admin of plates" in answer.json_body["message"]
    api.people.add(Person("max@example.com", Role.ADMIN, ("plates",)), Standing.DISABLED)
    assert api.send(method, f"/people/{EVA.name}", change or {}, admin).status_code == 409
    api.people.enable("max@example.com")
    assert api.send(method, f"/people/{EVA.name}", change or {}, admin).status_code == 200


def test_an_admins_key_manages_the_people_of_its_project(api: Api) -> None:
    api.people.add(EVA)
    assert api.post("/people", NEW, api.key(Role.ADMIN)).status_code == 201
    assert api.post("/people", NEW, api.key(Role.ADMIN, "bolts")).status_code == 403


@pytest.mark.parametrize("scope", [{"lines": ("line-1",)}, {"cameras": ("cam-*",)}, {"lifetime": timedelta(hours=12)}])
def test_a_key_of_some_lines_or_hours_changes_no_people(api: Api, scope: dict[str, Any]) -> None:
    """A person has all lines, for good."""
    api.people.add(EVA)
    api.people.add(BEN)
    _, token = api.linewatch.access.issue_key(Role.ADMIN, "plates", **scope)
    assert api.post("/people", NEW, token).status_code == 403
    assert api.send("PUT", f"/people/{BEN.name}", {"role": "admin"}, token).status_code == 403
    assert api.send("DELETE", f"/people/{BEN.name}", {}, token).status_code == 403
    assert [each["name"] for each in api.get("/people", token).json_body["people"]] == [BEN.name, EVA.name]


@pytest.mark.parametrize("name", ["nobody@example.com", "%3Cb%3E", "a" * 500])
def test_nobody_is_nobody(api: Api, admin: str, name: str) -> None:
    assert api.send("PUT", f"/people/{name}", {"role": "viewer"}, admin).status_code == 404
