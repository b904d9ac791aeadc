"""Access keys: issue a key, check a token or a signature, check a scope or a project."""

import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from chalicelib.access.domain import AccessKey, Grant, Role, hash_of, parse_token, project_of, token_of
from chalicelib.access.ports import AccessKeys, CannotUnseal, Sealer
from chalicelib.access.signature import SentRequest, Signature, read_signature
from chalicelib.aws.observability import log_failure, log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, UnreadableRecord

_NO_KEY = AccessKey(
    Grant("none", Role.VIEWER, "none"), secret_sha256="0" * 64, created_at=datetime.min.replace(tzinfo=UTC)
)
"""Checked when a key id is unknown, so that the answer takes as long as for a wrong secret."""
_WRONG_SIGNATURE = (
    "the signature is wrong, or its key is unknown, revoked, expired, or older than signatures: "
    "check the secret and the clock, or make a new key"
)


def authorize(token: str, *, keys: AccessKeys, clock: Clock) -> Grant | None:
    """The grant of a key's token; None when it is malformed, unknown, wrong, revoked, expired, or cannot be read."""
    parts = parse_token(token)
    if parts is None:
        return None
    key_id, secret = parts
    key = _found(key_id, keys)
    named = project_of(token) or key.grant.project
    return key.grant if key.admits(secret, clock()) and named == key.grant.project else None


def authorize_signed(
    request: SentRequest,
    *,
    keys: AccessKeys,
    sealer: Sealer,
    expected: Callable[[SentRequest, Signature, str], str],
    clock: Clock,
) -> Grant:
    """The grant of the key that signed this request; `Forbidden` if it is not signed right.

    `expected` computes the signature from a secret. Whatever is wrong with the key or the signature, the message is the
    same, and the comparison takes constant time.
    """
    claim = read_signature(request, clock())
    key = _found(claim.key_id, keys)
    secret = _secret_of(key, sealer)
    same = hmac.compare_digest(expected(request, claim, secret or ""), claim.signature)
    if not (same and secret and key.is_valid(clock())):
        raise Forbidden(_WRONG_SIGNATURE)
    return key.grant


def _found(key_id: str, keys: AccessKeys) -> AccessKey:
    try:
        return keys.find(key_id) or _NO_KEY
    except UnreadableRecord as error:
        log_unreadable([error.unreadable])
        return _NO_KEY


def _secret_of(key: AccessKey, sealer: Sealer) -> str | None:
    if key.sealed_secret is None:
        return None
    try:
        return sealer.unseal(key.grant.key_id, key.sealed_secret)
    except CannotUnseal as error:
        log_failure("a key cannot sign", error, key_id=key.grant.key_id)
        return None


def require(grant: Grant, *, line: str, camera: str | None = None, project: str | None = None) -> None:
    """Raise `Forbidden`, with the scope, unless the key covers this. The default project is the key's own."""
    if not grant.covers(project=project or grant.project, line=line, camera=camera):
        requested = " ".join(
            filter(None, (project and f"project {project}", f"line {line}", camera and f"camera {camera}"))
        )
        raise Forbidden(f"this key does not cover {requested}; it covers {grant.scope}")


def require_lasting(grant: Grant, lifetime: timedelta | None, *, keys: AccessKeys, clock: Clock) -> None:
    """Raise `Forbidden` if what a key gives away for so long, or with None for good, would outlast the key.

    It is read anew: the gateway may still let in a key that is revoked. A session ends at once, and its person's rights
    are not those of twelve hours.
    """
    if grant.session:
        return
    own, now = keys.find(grant.key_id), clock()
    if own is None or not own.is_valid(now):
        raise Forbidden("this key is revoked or has expired")
    if own.expires_at is not None and (lifetime is None or now + lifetime > own.expires_at):
        at = own.expires_at.isoformat(timespec="seconds")
        raise Forbidden(f"this key expires at {at}, so it can give nothing away that lasts longer")


def require_own(project: str, grant: Grant) -> None:
    """Raise `Forbidden` unless the project is the key's own, whether or not it exists."""
    if project != grant.project:
        raise Forbidden(f"this key is for project {grant.project}, not {project}")


def issue_key(  # noqa: PLR0913 - what a key is given, by name
    role: Role,
    project: str,
    *,
    lines: Sequence[str] = ("*",),
    cameras: Sequence[str] = ("*",),
    note: str = "",
    lifetime: timedelta | None = None,
    by: str = "",
    keys: AccessKeys,
    sealer: Sealer,
    clock: Clock,
) -> tuple[AccessKey, str]:
    """Store a new key and return it with its token. Its secret is stored as a hash, and sealed.

    With a lifetime it expires. `by` says who makes it. ValueError says what is wrong with the project or a pattern.
    """
    key_id, secret = token_hex(6), token_hex(32)
    grant = Grant(key_id, role, project, tuple(lines), tuple(cameras))
    sealed = sealer.seal(key_id, secret)
    now = clock()
    ends = None if lifetime is None else now + lifetime
    key = AccessKey(grant, hash_of(secret), now, note, sealed_secret=sealed, expires_at=ends, made_by=by)
    keys.add(key)
    return key, token_of(key_id, secret)
