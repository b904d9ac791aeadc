"""Who calls: a client that signs, or one with a Linewatch key as a bearer token."""

from chalicelib.access.domain import Grant, parse_token
from chalicelib.access.wiring import AccessWiring
from chalicelib.core.errors import Forbidden
from chalicelib.lookout.call import Call


def grant_of(call: Call, access: AccessWiring, path_before: str) -> Grant:
    """The caller's grant; `Forbidden` without one. What is neither a signature nor a token costs no call of AWS."""
    if call.authorization.startswith("AWS4-"):
        return access.authorize_signed(call.as_sent(path_before))
    grant = access.authorize(call.authorization) if parse_token(call.authorization) else None
    if grant is None:
        raise Forbidden("sign the request with a Linewatch key, or send one as a bearer token; this one is not valid")
    return grant
