"""Tokens that open nothing, each almost right."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import time

from chalicelib.access.domain import Role, parse_token, token_of
from chalicelib.access.people import Person, a_session
from tests.http.conftest import Api
from tests.support.builders import NOON

POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a"


def _expired(api: Api, role: Role) -> str:
    return _stored(api, role, expires_at=NOON)


def _stored(api: Api, role: Role, **changes: object) -> str:
    session, token = a_session(Person("ada@example.com", role, ("plates",)), api.linewatch.platform.clock())
    api.sessions.add(replace(session, **changes))  # type: ignore[arg-type]
    return token


def _of_another_stage(_api: Api, role: Role) -> str:
    return a_session(Person("ada@example.com", role, ("plates",)), NOON)[1]


def _ended(api: Api, role: Role) -> str:
    token = api.session(role)
    api.linewatch.access.desk.end_all("ada@example.com")
    return token


def _tampered(api: Api, role: Role) -> str:
    """Another secret, with a checksum that fits."""
    session_id, secret = parse_token(api.session(role)) or ("", "")
    return token_of(session_id, secret[::-1])


def _mistyped(api: Api, role: Role) -> str:
    token = api.session(role)
    return token[:-1] + ("0" if token[-1] != "0" else "1")


def _of_a_link(api: Api, role: Role) -> str:
    return api.linewatch.access.desk.new_link(Person("ada@example.com", role, ("plates",)))


def _of_another_project(api: Api, role: Role) -> str:
    return f"{api.session(role)}/bolts"


def _key_for_another_project(api: Api, role: Role) -> str:
    return f"{api.key(role)}/bolts"


def _of_cognito(use: str, algorithm: str = "RS256", issuer: str = POOL) -> Callable[[Api, Role], str]:
    """A token of Cognito with all that it needs but a place here: no route takes one."""

    def forge(_api: Api, role: Role) -> str:
        claims = {"iss": issuer, "token_use": use, "exp": time() + 3600, "cognito:groups": [role], "aud": "page"}
        parts = ({"alg": algorithm, "kid": "a"}, claims)
        head, body = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return f"Bearer {head}.{body}.{'' if algorithm == 'none' else 'c2lnbmF0dXJl'}"

    return forge


FORGERIES: Mapping[str, Callable[[Api, Role], str]] = {
    "expired": _expired,
    "ended": _ended,
    "of another stage": _of_another_stage,
    "tampered": _tampered,
    "mistyped": _mistyped,
    "of a link": _of_a_link,
    "of another project": _of_another_project,
    "a key's for another project": _key_for_another_project,
    "Cognito's access token": _of_cognito("access"),
    "Cognito's id token": _of_cognito("id"),
    "another pool's": _of_cognito("access", issuer=f"{POOL}b"),
    "unsigned": _of_cognito("access", algorithm="none"),
}
