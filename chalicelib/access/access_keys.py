"""Keys: made once, shown once, asked for at every request."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chalicelib.access.domain import AccessKey, Grant, Role, hash_of, parse_token, token_of
from chalicelib.access.ports import AccessKeys
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden

_NO_KEY = AccessKey(
    Grant("none", Role.VIEWER, "none"), secret_sha256="0" * 64, created_at=datetime.min.replace(tzinfo=UTC)
)
"""Compared with when a key id is unknown, so that an answer takes no less time than for a wrong secret."""


def authorize(token: str, *, keys: AccessKeys) -> Grant | None:
    """What the token allows; None when it is none, unknown, wrong or revoked."""
    parts = parse_token(token)
    if parts is None:
        return None
    key_id, secret = parts
    key = keys.find(key_id) or _NO_KEY
    return key.grant if key.admits(secret) else None


def require(grant: Grant, *, line: str, camera: str | None = None, project: str | None = None) -> None:
    """Forbidden, with the scope, unless the key covers this; the project is its own unless one is given."""
    if not grant.covers(project=project or grant.project, line=line, camera=camera):
        asked = " ".join(
            filter(None, (project and f"project {project}", f"line {line}", camera and f"camera {camera}"))
        )
        raise Forbidden(f"this key does not cover {asked}; it covers {grant.scope}")


def issue_key(
    role: Role,
    project: str,
    *,
    lines: Sequence[str] = ("*",),
    cameras: Sequence[str] = ("*",),
    note: str = "",
    keys: AccessKeys,
    clock: Clock,
    random_hex: Callable[[int], str],
) -> tuple[AccessKey, str]:
    """Store a new key and return it with its token, which nobody can find out later.

    `random_hex` gives so many random bytes in hex. ValueError says what is wrong with the project or a pattern.
    """
    key_id, secret = random_hex(6), random_hex(32)
    grant = Grant(key_id, role, project, tuple(lines), tuple(cameras))
    key = AccessKey(grant, hash_of(secret), created_at=clock(), note=note)
    keys.add(key)
    return key, token_of(key_id, secret)
