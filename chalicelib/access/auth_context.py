"""A caller's grant on its way from the authorizer to a route: a flat context of text, as API Gateway requires."""

from collections.abc import Mapping

from chalicelib.access.domain import Grant, Role

_BETWEEN = " "
"""Between patterns, none of which holds a space."""


def context_of(grant: Grant) -> dict[str, str]:
    """What the authorizer answers."""
    return {
        "key_id": grant.key_id,
        "role": grant.role.value,
        "project": grant.project,
        "lines": _BETWEEN.join(grant.lines),
        "cameras": _BETWEEN.join(grant.cameras),
    }


def grant_of(context: Mapping[str, str]) -> Grant:
    """What a route reads."""
    return Grant(
        context["key_id"],
        Role(context["role"]),
        context["project"],
        tuple(context["lines"].split(_BETWEEN)),
        tuple(context["cameras"].split(_BETWEEN)),
    )
