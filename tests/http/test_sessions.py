"""People sign in by a link or by the sign-in page, and out at once."""

from dataclasses import replace

import pytest
from chalice.app import AuthRequest

from app import app
from chalicelib.access import handlers
from chalicelib.access.domain import Role
from chalicelib.access.people import Person, Session
from chalicelib.core.errors import SignInUnavailable
from chalicelib.people.domain import Standing
from tests.http.conftest import Api
from tests.support.builders import an_inspection

ADA = Person("ada@example.com", Role.OPERATOR, ("plates", "rings"))
LOGIN = {"code": "code-1", "verifier": "v" * 43, "redirect_uri": "https://example.com/v1/page"}


def link(api: Api, person: Person = ADA) -> dict[str, str]:
    return {"link": api.linewatch.access.desk.new_link(person)}


def test_a_link_signs_in(api: Api) -> None:
    answer = api.post("/session", link(api))
    assert answer.status_code == 200
    signed_in = answer.json_body
    assert {name: signed_in[name] for name in ("person", "role", "projects")} == {
        "person": "ada@example.com",
        "role": "operator",
        "projects": ["plates", "rings"],
    }
    known = api.get("/key", f"Bearer {signed_in['token']}/rings").json_body
    assert (known["key_id"], known["project"], known["projects"]) == ("ada@example.com", "rings", ["plates", "rings"])


def test_a_link_that_was_used_says_so(api: Api) -> None:
    used = link(api)
    api.post("/session", used)
    answer = api.post("/session", used)
    assert (answer.status_code, answer.json_body["code"]) == (409, "LinkUsed")
    assert "a link signs in once" in answer.json_body["message"]


def test_a_wrong_link_signs_nobody_in(api: Api) -> None:
    answer = api.post("/session", {"link": "lw_1_2"})
    assert (answer.status_code, answer.json_body["code"]) == (401, "SignedOut")


@pytest.mark.parametrize(
    "body", [{}, {"link": ""}, {"link": "a" * 10_000}, {"link": "a", "login": LOGIN}, {"login": {}}, {"link": 1}, []]
)
def test_what_is_no_way_to_sign_in_is_refused(api: Api, body: object) -> None:
    assert api.post("/session", body).status_code == 400


def test_who_comes_from_the_sign_in_page_is_signed_in_once(api: Api) -> None:
    api.people.add(ADA)
    api.sign_in_page.codes["code-1"] = ADA.name
    answer = api.post("/session", {"login": LOGIN})
    assert (answer.status_code, answer.json_body["person"]) == (200, ADA.name)
    again = api.post("/session", {"login": LOGIN})
    assert (again.status_code, again.json_body["code"]) == (401, "SignedOut")


def test_nobody_signs_in_while_the_sign_in_service_is_down_and_open_sessions_go_on(api: Api) -> None:
    token = api.session()
    api.sign_in_page.down = SignInUnavailable("the sign-in service does not answer: try again in a minute")
    answer = api.post("/session", {"login": LOGIN})
    assert (answer.status_code, answer.json_body["code"]) == (503, "SignInUnavailable")
    assert api.get("/key", token).status_code == 200


@pytest.mark.parametrize("standing", [None, Standing.DISABLED])
def test_who_is_not_among_the_people_reads_whom_to_ask(api: Api, standing: Standing | None) -> None:
    if standing:
        api.people.add(ADA, standing)
    api.sign_in_page.codes["code-1"] = ADA.name
    answer = api.post("/session", {"login": LOGIN})
    assert (answer.status_code, answer.json_body["code"]) == (403, "Forbidden")
    assert "ask an admin to invite you" in answer.json_body["message"]
    assert api.sessions.sessions == {}


def test_who_is_disabled_while_signing_in_gets_no_session(api: Api) -> None:
    """The admin ends the sessions that there are, just before this one is stored."""
    api.people.add(ADA)
    api.sign_in_page.codes["code-1"] = ADA.name
    add = api.sessions.add

    def disabled_meanwhile(session: object) -> None:
        api.people.disable(ADA.name)
        api.linewatch.access.desk.end_all(ADA.name)
        add(session)  # type: ignore[arg-type]

    api.sessions.add = disabled_meanwhile  # type: ignore[method-assign]
    assert api.post("/session", {"login": LOGIN}).status_code == 401
    assert api.sessions.sessions == {}


def cached(api: Api, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway goes on with the authorizer's answer of before."""
    kept = handlers.authorize(AuthRequest("TOKEN", token, "arn"), api.linewatch.access)
    kept.routes = ["*"]
    monkeypatch.setattr(app.routes["/key"]["GET"].authorizer, "func", lambda _request: kept)


@pytest.mark.parametrize("route", ["/session", "/sessions"])
def test_whoever_signs_out_is_out_at_once(api: Api, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    token = api.session()
    cached(api, token, monkeypatch)
    assert api.get("/key", token).status_code == 200
    assert api.send("DELETE", route, {}, token).json_body == {"ended": 1}
    answer = api.get("/key", token)
    assert (answer.status_code, answer.json_body["code"]) == (401, "SignedOut")


def test_signing_out_everywhere_ends_the_persons_sessions_and_no_others(api: Api) -> None:
    tokens = [api.session(), api.session(), api.session(name="eva@example.com")]
    assert api.send("DELETE", "/sessions", {}, tokens[0]).json_body == {"ended": 2}
    assert [api.get("/key", token).status_code for token in tokens] == [403, 403, 200]


@pytest.mark.parametrize("route", ["/session", "/sessions"])
def test_a_key_does_not_sign_out(api: Api, route: str) -> None:
    answer = api.send("DELETE", route, {}, api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["code"]) == (409, "WrongState")


def test_a_store_that_fails_lets_nobody_in(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token = api.session()
    cached(api, token, monkeypatch)

    def fail(session_id: str) -> Session | None:
        raise ConnectionError

    api.sessions.find = fail  # type: ignore[method-assign]
    answer = api.get("/key", token)
    assert (answer.status_code, answer.json_body["code"]) == (500, "Failed")


def test_an_answer_keeps_the_name_of_the_person(api: Api) -> None:
    found = an_inspection("a")
    api.inspections.commit(found)
    path = f"/inspections/{found.inspection_id}/review"
    body = {"verdict": "anomalous", "revision": found.revision}
    assert api.post(path, body, api.session(Role.OPERATOR)).status_code == 200
    [answer] = api.get(path, api.session(Role.VIEWER, name="eva@example.com")).json_body["answers"]
    assert answer["reviewed_by"] == "ada@example.com"


def test_two_sessions_of_a_person_are_one_person(api: Api) -> None:
    """So a rule of two persons cannot be met by one in two browsers."""
    names = {api.get("/key", api.session()).json_body["key_id"] for _ in range(2)}
    assert names == {"ada@example.com"}


def test_a_session_of_an_expired_day_is_refused_even_where_it_is_still_stored(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = api.session()
    cached(api, token, monkeypatch)
    [(session_id, session)] = api.sessions.sessions.items()
    api.sessions.sessions[session_id] = replace(session, expires_at=session.created_at)
    assert api.get("/key", token).status_code == 401
