"""Pass a grant from the authorizer to a route. API Gateway requires a flat context of strings."""

from collections.abc import Mapping

from chalicelib.access.domain import Grant, Role

_SEPARATOR = " "
"""Patterns cannot contain a space."""


def context_of(grant: Grant) -> dict[str, str]:
    """The context that the authorizer returns."""
    return {
        "key_id": grant.key_id,
        "role": grant.role.value,
        "project": grant.project,
        "lines": _SEPARATOR.join(grant.lines),
        "cameras": _SEPARATOR.join(grant.cameras),
        "projects": _SEPARATOR.join(grant.projects),
        "session": grant.session,
    }


def grant_of(context: Mapping[str, str]) -> Grant:
    """The grant in the context that a route receives. One that was cached before an update has no session."""
    return Grant(
        context["key_id"],
        Role(context["role"]),
        context["project"],
        tuple(context["lines"].split(_SEPARATOR)),
        tuple(context["cameras"].split(_SEPARATOR)),
        tuple(context.get("projects", "").split()),
        context.get("session", ""),
    )
