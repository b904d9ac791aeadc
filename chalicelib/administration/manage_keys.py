"""An administrator makes, lists and revokes the keys of a project: never more than the own key allows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from chalicelib.access.domain import AccessKey, Grant, Role
from chalicelib.access.ports import AccessKeys
from chalicelib.aws.observability import log_event, readable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound

_WILD = "*?"


def list_keys(grant: Grant, *, keys: AccessKeys) -> list[AccessKey]:
    """The keys of the project, newest first. One that cannot be read is logged and left out: it opens nothing."""
    return sorted(_of_project(grant, keys), key=lambda each: each.created_at, reverse=True)


def make_key(
    role: Role,
    grant: Grant,
    *,
    lines: Sequence[str],
    cameras: Sequence[str],
    note: str,
    lifetime: timedelta | None,
    require_lasting: Callable[[Grant, timedelta | None], None],
    issue_key: Callable[..., tuple[AccessKey, str]],
) -> tuple[AccessKey, str]:
    """A new key of the project and its token, which nobody can read again.

    `Forbidden` for a scope or a time that the own key has not; `InvalidRequest` for a pattern that is none.
    """
    _require_within(grant, lines, cameras, "give away")
    require_lasting(grant, lifetime)
    try:
        scope = {"lines": lines, "cameras": cameras}
        made, token = issue_key(role, grant.project, **scope, note=note, lifetime=lifetime, by=grant.key_id)
    except ValueError as error:
        raise InvalidRequest(("", str(error))) from error
    log_event("key made", key_id=made.grant.key_id, role=role, project=grant.project, by=grant.key_id)
    return made, token


def revoke_key(key_id: str, grant: Grant, *, keys: AccessKeys, clock: Clock) -> AccessKey:
    """The key as it is now. `NotFound` if the project has none with this id, `Forbidden` for one that covers more."""
    found = next((each.grant for each in _of_project(grant, keys) if each.grant.key_id == key_id), None)
    if found is None:
        raise NotFound(f"there is no key {key_id}")
    if key_id != grant.key_id:
        _require_within(grant, found.lines, found.cameras, "revoke a key of")
    keys.revoke(key_id, clock())
    log_event("key revoked", key_id=key_id, project=grant.project, by=grant.key_id)
    revoked = keys.find(key_id)
    if revoked is None:
        raise NotFound(f"there is no key {key_id}")
    return revoked


def _of_project(grant: Grant, keys: AccessKeys) -> Iterator[AccessKey]:
    return (each for each in readable(keys.all()) if each.grant.project == grant.project)


def _require_within(grant: Grant, lines: Sequence[str], cameras: Sequence[str], what_for: str) -> None:
    for what, allowed, wanted in (("lines", grant.lines, lines), ("cameras", grant.cameras, cameras)):
        for pattern in wanted:
            if not _within(pattern, allowed):
                raise Forbidden(f"your own key covers {what} {' '.join(allowed)}, so it cannot {what_for} {pattern}")


def _within(pattern: str, allowed: Sequence[str]) -> bool:
    """Whether each name of the pattern is covered: it is one of those given, or a plain name that one covers."""
    if pattern in allowed or "*" in allowed:
        return True
    plain = not any(wild in pattern for wild in _WILD)
    return plain and Grant("-", Role.VIEWER, "-", tuple(allowed)).covers(project="-", line=pattern)
