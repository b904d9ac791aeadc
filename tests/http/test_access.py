"""Every route is in the table of who may call it, and keeps to it."""

import re

import pytest
from chalice.app import AuthRequest, ChaliceAuthorizer

from app import app
from chalicelib.access import handlers
from chalicelib.access.domain import ROUTES, Role, hash_of
from tests.http.conftest import Api
from tests.support.builders import NOON

OPEN = {("GET", "/health")}
ALL = {(method, path) for path, methods in app.routes.items() for method in methods}
ARN = "arn:aws:execute-api:eu-west-1:123456789012:api/v1/GET/inspections"


def called(api: Api, route: tuple[str, str], token: str | None) -> int:
    method, path = route
    sent = re.sub(r"\{[^}]+}", "some-id", path)
    answer = api.get(sent, token) if method == "GET" else api.post(sent, {}, token)
    return int(answer.status_code)


def header_of(route: tuple[str, str]) -> str:
    method, path = route
    authorizer = app.routes[path][method].authorizer
    assert isinstance(authorizer, ChaliceAuthorizer)
    return authorizer.config.header


def test_the_table_names_every_route() -> None:
    assert set(ROUTES) | OPEN == ALL


def test_every_route_but_health_has_an_authorizer() -> None:
    open_routes = {(method, path) for method, path in ALL if app.routes[path][method].authorizer is None}
    assert open_routes == OPEN


def test_answers_about_a_key_are_kept_for_less_than_a_minute() -> None:
    assert {auth.ttl_seconds for auth in app.builtin_auth_handlers} == {30}


def test_the_legacy_route_reads_the_archived_samples_header() -> None:
    assert header_of(("GET", "/getsignedurl")) == "authorizationToken"
    assert {header_of(route) for route in ROUTES if route != ("GET", "/getsignedurl")} == {"Authorization"}


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_lets_in_exactly_the_roles_of_the_table(api: Api, route: tuple[str, str]) -> None:
    let_in = {role for role in Role if called(api, route, api.key(role)) not in {401, 403}}
    assert let_in == ROUTES[route]


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_lets_nobody_in_without_a_good_key(api: Api, route: tuple[str, str]) -> None:
    token = api.key(next(iter(ROUTES[route])))
    assert called(api, route, None) == 401
    assert called(api, route, "allow") == 403
    assert called(api, route, token[:-1] + ("0" if token[-1] != "0" else "1")) == 403
    api.keys.revoke(token.split("_")[1], NOON)
    assert called(api, route, token) == 403


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_checks_the_role_itself(api: Api, route: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Even behind an authorizer that lets everything through."""
    method, path = route

    def let_everything_through(request: AuthRequest) -> object:
        answer = handlers.authorize(request, api.linewatch.access)
        answer.routes = ["*"]
        return answer

    monkeypatch.setattr(app.routes[path][method].authorizer, "func", let_everything_through)
    let_in = {role for role in Role if called(api, route, api.key(role)) != 403}
    assert let_in == ROUTES[route]


@pytest.mark.parametrize("role", list(Role))
def test_the_policy_holds_all_routes_of_the_key(api: Api, role: Role) -> None:
    """Its answer is kept for the token, so one for the asked route alone would refuse the next."""
    request = AuthRequest("TOKEN", api.key(role), ARN)
    policy = handlers.authorize(request, api.linewatch.access).to_dict(request)["policyDocument"]
    allowed = {tuple(arn.split("/v1/")[1].split("/", 1)) for arn in policy["Statement"][0]["Resource"]}
    expected = {
        (method, path[1:].replace("{inspection_id}", "*")) for method, path in ROUTES if role in ROUTES[method, path]
    }
    assert allowed == expected


def test_the_context_is_flat_text(api: Api) -> None:
    request = AuthRequest("TOKEN", api.key(lines=("line-1", "pack-*")), ARN)
    context = handlers.authorize(request, api.linewatch.access).to_dict(request)["context"]
    assert context.items() >= {"role": "camera", "project": "plates", "lines": "line-1 pack-*", "cameras": "*"}.items()
    assert all(isinstance(value, str) for value in context.values())


def test_health_is_open_and_names_the_stage(api: Api) -> None:
    answer = api.get("/health")
    assert (answer.status_code, answer.json_body) == (200, {"status": "ok", "stage": "test"})


def test_a_key_is_stored_without_its_secret(api: Api) -> None:
    token = api.key()
    _, key_id, secret = token.split("_")
    assert secret not in repr(api.keys.find(key_id))
    assert hash_of(secret) in repr(api.keys.find(key_id))
