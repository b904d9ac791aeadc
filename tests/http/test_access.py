"""Every route is in the table of roles and allows exactly those roles."""

import re
from collections.abc import Callable

import pytest
from chalice.app import AuthRequest, ChaliceAuthorizer

from app import app
from chalicelib.access import handlers
from chalicelib.access.domain import OPEN_ROUTES, PEOPLE, ROUTES, Role, hash_of, parse_token
from chalicelib.lookout import operations as lookout
from tests.http.conftest import Api
from tests.http.forged import FORGERIES
from tests.support.builders import NOON

LOOKOUT = {(route.method, route.path) for route in (*lookout.ROUTES.values(), *lookout.PACKAGING.values())}
ALL = {(method, path) for path, methods in app.routes.items() for method in methods} - LOOKOUT - OPEN_ROUTES
ARN = "arn:aws:execute-api:eu-west-1:123456789012:api/v1/GET/inspections"


def called(api: Api, route: tuple[str, str], token: str | None) -> int:
    method, path = route
    sent = re.sub(r"\{[^}]+}", "some-id", path.replace("{project}", "plates"))
    answer = api.get(sent, token) if method == "GET" else api.send(method, sent, {}, token)
    return int(answer.status_code)


def header_of(route: tuple[str, str]) -> str:
    method, path = route
    authorizer = app.routes[path][method].authorizer
    assert isinstance(authorizer, ChaliceAuthorizer)
    return authorizer.config.header


def test_the_table_names_every_route() -> None:
    assert set(ROUTES) == ALL


def test_every_route_but_the_page_and_those_that_are_signed_has_an_authorizer() -> None:
    assert all(app.routes[path][method].authorizer for method, path in ALL)


def test_the_authorizers_answer_is_cached_for_less_than_a_minute() -> None:
    assert {auth.ttl_seconds for auth in app.builtin_auth_handlers} == {30}


def test_the_legacy_route_reads_the_archived_samples_header() -> None:
    assert header_of(("GET", "/getsignedurl")) == "authorizationToken"
    assert {header_of(route) for route in ROUTES if route != ("GET", "/getsignedurl")} == {"Authorization"}


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_allows_exactly_the_roles_of_the_table(api: Api, route: tuple[str, str]) -> None:
    allowed = {role for role in Role if called(api, route, api.key(role)) not in {401, 403}}
    assert allowed == ROUTES[route]


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_refuses_a_request_without_a_valid_key(api: Api, route: tuple[str, str]) -> None:
    token = api.key(next(iter(ROUTES[route])))
    assert called(api, route, None) == 401
    assert called(api, route, "allow") == 403
    assert called(api, route, token[:-1] + ("0" if token[-1] != "0" else "1")) == 403
    api.keys.revoke(token.split("_")[1], NOON)
    assert called(api, route, token) == 403


PERSONS = sorted(PEOPLE)


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_allows_people_by_the_same_table(api: Api, route: tuple[str, str]) -> None:
    allowed = {role for role in PERSONS if called(api, route, api.session(role)) not in {401, 403}}
    assert allowed == ROUTES[route] & PEOPLE


@pytest.mark.parametrize("route", sorted(ROUTES))
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_route_refuses_every_forged_token(
    api: Api, route: tuple[str, str], forge: Callable[[Api, Role], str]
) -> None:
    for role in ROUTES[route] & PEOPLE:
        assert called(api, route, forge(api, role)) == 403


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_checks_the_role_itself(api: Api, route: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the authorizer allows everything."""
    method, path = route

    def allow_everything(request: AuthRequest) -> object:
        answer = handlers.authorize(request, api.linewatch.access)
        answer.routes = ["*"]
        return answer

    monkeypatch.setattr(app.routes[path][method].authorizer, "func", allow_everything)
    allowed = {role for role in Role if called(api, route, api.key(role)) != 403}
    assert allowed == ROUTES[route]


@pytest.mark.parametrize("role", list(Role))
def test_the_policy_holds_all_routes_of_the_key(api: Api, role: Role) -> None:
    """API Gateway caches the policy for the token: a policy for one route would refuse the next route."""
    request = AuthRequest("TOKEN", api.key(role), ARN)
    policy = handlers.authorize(request, api.linewatch.access).to_dict(request)["policyDocument"]
    allowed = {tuple(arn.split("/v1/")[1].split("/", 1)) for arn in policy["Statement"][0]["Resource"]}
    expected = {(method, re.sub(r"\{[^}]+}", "*", path[1:])) for method, path in ROUTES if role in ROUTES[method, path]}
    assert allowed == expected


def test_the_authorizers_context_has_only_strings(api: Api) -> None:
    request = AuthRequest("TOKEN", api.key(lines=("line-1", "pack-*")), ARN)
    context = handlers.authorize(request, api.linewatch.access).to_dict(request)["context"]
    assert context.items() >= {"role": "camera", "project": "plates", "lines": "line-1 pack-*", "cameras": "*"}.items()
    assert all(isinstance(value, str) for value in context.values())


def test_a_key_is_stored_without_its_secret(api: Api) -> None:
    key_id, secret = parse_token(api.key()) or ("", "")
    assert secret not in repr(api.keys.find(key_id))
    assert hash_of(secret) in repr(api.keys.find(key_id))
