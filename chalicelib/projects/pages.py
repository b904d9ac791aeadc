"""Pages of a list. The token of the next page is opaque to the client and works for the same list only."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.core.errors import InvalidRequest

LARGEST_PAGE = 100
_LONGEST_TOKEN = 2048
_NOT_OURS = InvalidRequest(("NextToken", "is not a value that this API returned for this list: start again without it"))


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some items of a list, and the token of the page after it; None on the last page."""

    items: Sequence[T]
    next_token: str | None


def require_page_size(size: int) -> None:
    """`InvalidRequest` unless it is 1 to 100."""
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidRequest(("MaxResults", f"must be 1 to {LARGEST_PAGE}"))


def token_of(position: int, *scope: object) -> str:
    """The token of what follows on `position` in the list that `scope` describes."""
    return b64encode(json.dumps([position, _digest(scope)]).encode()).decode()


def position_in(token: str | None, *scope: object) -> int | None:
    """The position in a token; None without one. `InvalidRequest` for any other text and for another list's token."""
    if token is None:
        return None
    try:
        content = json.loads(b64decode(token, validate=True)) if len(token) <= _LONGEST_TOKEN else None
    except (ValueError, RecursionError) as error:
        raise _NOT_OURS from error
    match content:
        case [int(position), str(digest)] if digest == _digest(scope) and not isinstance(position, bool):
            return position
    raise _NOT_OURS


def _digest(scope: Sequence[object]) -> str:
    return sha256(repr(scope).encode()).hexdigest()[:16]
