"""Who is calling: the answer to API Gateway's question about a token."""

import re

from chalice.app import AuthRequest, AuthResponse, AuthRoute

from chalicelib import wiring
from chalicelib.api.caller import context_of
from chalicelib.domain.access import Grant

_path_argument = re.compile(r"\{[^}]+}")


def authorize(request: AuthRequest) -> AuthResponse:
    """Allow all routes of the key at once, for the answer is kept for its token, whichever route it came with.

    A token that opens nothing allows no route, which API Gateway answers with 403.
    """
    grant = wiring.authorize_token()(request.token)
    if grant is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(routes=_routes_of(grant), principal_id=grant.key_id, context=context_of(grant))


def _routes_of(grant: Grant) -> list[str | AuthRoute]:
    return [AuthRoute(_path_argument.sub("*", path), [method]) for method, path in grant.routes()]
