"""The authorizer, which API Gateway calls with a token."""

import re

from chalice.app import AuthRequest, AuthResponse, AuthRoute

from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import Grant
from chalicelib.access.wiring import AccessWiring

_path_argument = re.compile(r"\{[^}]+}")


def authorize(request: AuthRequest, access: AccessWiring) -> AuthResponse:
    """Allow all routes of the key at once, because API Gateway caches one answer for all routes of a token.

    An invalid token gets no routes; API Gateway then answers 403.
    """
    grant = access.authorize(request.token)
    if grant is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(routes=_routes_of(grant), principal_id=grant.key_id, context=context_of(grant))


def _routes_of(grant: Grant) -> list[str | AuthRoute]:
    return [AuthRoute(_path_argument.sub("*", path), [method]) for method, path in grant.routes()]
