"""The authorizer: what API Gateway asks about a token."""

import re

from chalice.app import AuthRequest, AuthResponse, AuthRoute

from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import Grant
from chalicelib.access.wiring import AccessWiring

_path_argument = re.compile(r"\{[^}]+}")


def authorize(request: AuthRequest, access: AccessWiring) -> AuthResponse:
    """Allow all routes of the key at once: API Gateway keeps the answer for the token, for every route.

    A token that opens nothing allows no route, which API Gateway answers with 403.
    """
    grant = access.authorize(request.token)
    if grant is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(routes=_routes_of(grant), principal_id=grant.key_id, context=context_of(grant))


def _routes_of(grant: Grant) -> list[str | AuthRoute]:
    return [AuthRoute(_path_argument.sub("*", path), [method]) for method, path in grant.routes()]
