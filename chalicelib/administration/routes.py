"""The routes by which administrators keep the keys of a project, and see the settings of the stage."""

import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.domain import AccessKey, Grant, Role
from chalicelib.administration.wiring import AdministrationWiring
from chalicelib.core.texts import Instant
from chalicelib.core.values import text_up_to
from chalicelib.http.requests import body_of
from chalicelib.http.route import expose

KEYS, KEY = "/keys", "/keys/{key_id}"
SETTINGS = "/settings"
LONGEST_NOTE = 200
LONGEST_LIFE = 10 * 365 * 24
"""Hours."""
_Patterns = Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]


class NewKey(BaseModel):
    """What a new key allows: a role, and patterns of lines and cameras. Without `hours` it never expires."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role
    lines: _Patterns = ("*",)
    cameras: _Patterns = ("*",)
    note: Annotated[str, text_up_to(LONGEST_NOTE)] = ""
    hours: Annotated[float | None, Field(ge=0.1, le=LONGEST_LIFE)] = None


class StoredKey(TypedDict):
    """A key of the project, without its token.

    `made_by` is the key or the person that made it; null where that was not noted.
    """

    key_id: str
    role: Role
    lines: list[str]
    cameras: list[str]
    note: str
    made_by: str | None
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None


class MadeKey(StoredKey):
    """A new key. `token` is answered this once, and is stored nowhere."""

    token: str


class KeysAnswer(TypedDict):
    """The keys of a project, newest first, also those that are revoked or have expired."""

    keys: list[StoredKey]


def routes(authorize: ChaliceAuthorizer, administration: Callable[[], AdministrationWiring]) -> Blueprint:
    """`GET` and `POST /keys`, `DELETE /keys/{key_id}` and `GET /settings`."""

    def list_keys(_request: Request, grant: Grant) -> str:
        """The keys of the project."""
        answer: KeysAnswer = {"keys": [_stored(each) for each in administration().list_keys(grant)]}
        return json.dumps(answer)

    def make_key(request: Request, grant: Grant) -> str:
        """Make a key of the project.

        It allows no more lines and cameras than the key that asks. The token is answered only now.
        """
        wanted = body_of(request, NewKey)
        lifetime = None if wanted.hours is None else timedelta(hours=wanted.hours)
        scope = wanted.model_dump(include={"lines", "cameras", "note"})
        made, token = administration().make_key(wanted.role, grant, **scope, lifetime=lifetime)
        answer: MadeKey = {**_stored(made), "token": token}
        return json.dumps(answer)

    def revoke_key(_request: Request, grant: Grant, key_id: str) -> str:
        """Revoke a key of the project. The gateway may accept it for another 30 seconds."""
        return json.dumps(_stored(administration().revoke_key(key_id, grant)))

    def show_settings(_request: Request, grant: Grant) -> str:
        """When people are alerted, and what is kept for how long. A deployment changes these."""
        return json.dumps(administration().settings.shown_to(grant.project))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", KEYS), list_keys, authorize)
    expose(blueprint, ("POST", KEYS), make_key, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("DELETE", KEY), revoke_key, authorize)
    expose(blueprint, ("GET", SETTINGS), show_settings, authorize)
    return blueprint


def _stored(key: AccessKey) -> StoredKey:
    return {
        "key_id": key.grant.key_id,
        "role": key.grant.role,
        "lines": list(key.grant.lines),
        "cameras": list(key.grant.cameras),
        "note": key.note,
        "made_by": key.made_by or None,
        "created_at": key.created_at.isoformat(),
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
        "revoked_at": None if key.revoked_at is None else key.revoked_at.isoformat(),
    }
