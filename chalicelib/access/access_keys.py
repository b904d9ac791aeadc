"""Access keys: issue a key, check a token, check a scope."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chalicelib.access.domain import AccessKey, Grant, Role, hash_of, parse_token, token_of
from chalicelib.access.ports import AccessKeys
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, UnreadableRecord

_NO_KEY = AccessKey(
    Grant("none", Role.VIEWER, "none"), secret_sha256="0" * 64, created_at=datetime.min.replace(tzinfo=UTC)
)
"""Checked when a key id is unknown, so that the answer takes as long as for a wrong secret."""


def authorize(token: str, *, keys: AccessKeys) -> Grant | None:
    """The grant of a token; None when the token is malformed, unknown, wrong, revoked, or its key cannot be read."""
    parts = parse_token(token)
    if parts is None:
        return None
    key_id, secret = parts
    try:
        key = keys.find(key_id) or _NO_KEY
    except UnreadableRecord as error:
        log_unreadable([error.unreadable])
        return None
    return key.grant if key.admits(secret) else None


def require(grant: Grant, *, line: str, camera: str | None = None, project: str | None = None) -> None:
    """Raise `Forbidden`, with the scope, unless the key covers this. The default project is the key's own."""
    if not grant.covers(project=project or grant.project, line=line, camera=camera):
        requested = " ".join(
            filter(None, (project and f"project {project}", f"line {line}", camera and f"camera {camera}"))
        )
        raise Forbidden(f"this key does not cover {requested}; it covers {grant.scope}")


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
    """Store a new key and return it with its token. Only the hash is stored, so the token cannot be read later.

    `random_hex(n)` returns n random bytes in hex. ValueError says what is wrong with the project or a pattern.
    """
    key_id, secret = random_hex(6), random_hex(32)
    grant = Grant(key_id, role, project, tuple(lines), tuple(cameras))
    key = AccessKey(grant, hash_of(secret), created_at=clock(), note=note)
    keys.add(key)
    return key, token_of(key_id, secret)
