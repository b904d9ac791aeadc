"""Who may do what: keys, roles, scopes and the table of routes."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import sha256
from zlib import crc32

from chalicelib.core.image import is_id


class Role(StrEnum):
    """The role of a key. A camera uploads images and reads its own inspections; the other roles are for people."""

    CAMERA = "camera"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


PEOPLE = frozenset({Role.VIEWER, Role.OPERATOR, Role.ADMIN})
EVERYONE = PEOPLE | {Role.CAMERA}
OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})

ROUTES: dict[tuple[str, str], frozenset[Role]] = {
    ("POST", "/uploads"): frozenset({Role.CAMERA}),
    ("POST", "/uploads/batch"): frozenset({Role.CAMERA}),
    ("GET", "/getsignedurl"): frozenset({Role.CAMERA}),
    ("POST", "/inspections"): frozenset({Role.CAMERA}),
    ("GET", "/inspections"): EVERYONE,
    ("GET", "/inspections/{inspection_id}"): EVERYONE,
    ("GET", "/inspections/{inspection_id}/map"): EVERYONE,
    ("GET", "/inspections/{inspection_id}/picture"): EVERYONE,
    ("GET", "/inspections/{inspection_id}/trace"): PEOPLE,
    ("POST", "/inspections/{inspection_id}/review"): OPERATORS,
    ("DELETE", "/inspections/{inspection_id}/review"): OPERATORS,
    ("GET", "/inspections/{inspection_id}/review"): PEOPLE,
    ("GET", "/reviews"): PEOPLE,
    ("GET", "/reviews/waiting"): PEOPLE,
    ("GET", "/projects/{project}/reviews/plan"): PEOPLE,
    ("PUT", "/projects/{project}/reviews/plan"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/reviews/escapes"): PEOPLE,
    ("GET", "/projects/{project}/reviews/agreement"): PEOPLE,
    ("GET", "/inspections/{inspection_id}/image"): EVERYONE,
    ("GET", "/projects/{project}/queue"): PEOPLE,
    ("GET", "/projects/{project}/lines"): PEOPLE,
    ("GET", "/projects/{project}/lines/{line}/counts"): PEOPLE,
    ("GET", "/projects/{project}/datasets/{dataset}/images"): PEOPLE,
    ("GET", "/projects/{project}/datasets/{dataset}/picture"): PEOPLE,
    ("POST", "/projects/{project}/datasets/{dataset}/images"): frozenset({Role.ADMIN}),
    ("POST", "/projects/{project}/datasets/{dataset}/changes"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/datasets/{dataset}/remarks"): PEOPLE,
    ("GET", "/projects/{project}/models"): PEOPLE,
    ("POST", "/projects/{project}/models"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/training"): PEOPLE,
    ("GET", "/projects/{project}/models/{version}/threshold"): PEOPLE,
    ("POST", "/projects/{project}/models/{version}/threshold"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/models/{version}/report"): PEOPLE,
    ("GET", "/projects/{project}/reports"): PEOPLE,
    ("GET", "/projects/{project}/reports/{day}"): PEOPLE,
    ("GET", "/projects/{project}/exports"): PEOPLE,
    ("POST", "/projects/{project}/exports"): PEOPLE,
    ("GET", "/projects/{project}/exports/{export}"): PEOPLE,
    ("GET", "/key"): EVERYONE,
    ("DELETE", "/session"): PEOPLE,
    ("DELETE", "/sessions"): PEOPLE,
    ("GET", "/people"): frozenset({Role.ADMIN}),
    ("POST", "/people"): frozenset({Role.ADMIN}),
    ("PUT", "/people/{person}"): frozenset({Role.ADMIN}),
    ("DELETE", "/people/{person}"): frozenset({Role.ADMIN}),
    ("GET", "/keys"): frozenset({Role.ADMIN}),
    ("POST", "/keys"): frozenset({Role.ADMIN}),
    ("DELETE", "/keys/{key_id}"): frozenset({Role.ADMIN}),
    ("GET", "/settings"): PEOPLE,
    ("GET", "/projects/{project}/alert-settings"): PEOPLE,
    ("PUT", "/projects/{project}/alert-settings"): frozenset({Role.ADMIN}),
    ("DELETE", "/projects/{project}/alert-settings"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/shifts"): PEOPLE,
    ("PUT", "/projects/{project}/shifts"): OPERATORS,
    ("DELETE", "/projects/{project}/shifts"): OPERATORS,
    ("GET", "/projects/{project}/shifts/file"): PEOPLE,
    ("PUT", "/projects/{project}/shifts/override"): OPERATORS,
    ("DELETE", "/projects/{project}/shifts/override"): OPERATORS,
    ("GET", "/projects/{project}/models/{version}/comparison"): OPERATORS,
    ("POST", "/projects/{project}/models/{version}/comparison"): OPERATORS,
    ("GET", "/projects/{project}/comparisons"): PEOPLE,
    ("GET", "/projects/{project}/comparisons/{comparison}"): PEOPLE,
    ("POST", "/projects/{project}/models/{version}/promote"): OPERATORS,
    ("POST", "/projects/{project}/rollback"): OPERATORS,
    ("GET", "/projects/{project}/promotion-policy"): PEOPLE,
    ("PUT", "/projects/{project}/promotion-policy"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/models/{version}/shadow"): frozenset({Role.ADMIN}),
    ("POST", "/projects/{project}/models/{version}/shadow"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/shadow"): PEOPLE,
    ("DELETE", "/projects/{project}/shadow"): frozenset({Role.ADMIN}),
    ("POST", "/projects/{project}/retrain"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/retrain"): frozenset({Role.ADMIN}),
    ("GET", "/projects/{project}/models/{version}/learned"): PEOPLE,
    ("GET", "/projects/{project}/shifts/end-of-day"): PEOPLE,
    ("PUT", "/projects/{project}/shifts/end-of-day"): OPERATORS,
    ("DELETE", "/projects/{project}/shifts/end-of-day"): OPERATORS,
}
"""The roles that may call each route. `/health`, which is open to all, is the gateway's own (infra/api.yaml)."""

OPEN_ROUTES = frozenset({("GET", "/page"), ("GET", "/page/{edition}/{file}"), ("POST", "/session")})
"""The files of the page, which hold nothing of any project, and where people sign in."""

_pattern = re.compile(r"[A-Za-z0-9._*?-]{1,64}")
TOKEN = re.compile(
    r"([Bb][Ee][Aa][Rr][Ee][Rr] +)?(lw_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{1,128}))([0-9a-f]{8})"
    r"(/([A-Za-z0-9._-]{1,64}))?"
)
"""The form of a token. The gateway refuses anything else by itself: infra/api.yaml has the same expression.

The token of a session may end with `/<project>`: which of the person's projects the request is about.
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key allows, or a person who signed in. Lines and cameras are patterns (`cam-*`, `line-?`).

    `key_id` says who it is: the id of a key, or the name of a person. `project` is the one that the request is about,
    and `projects` has all of a person's. `session` is empty for a key. An invalid project or pattern raises ValueError.
    """

    key_id: str
    role: Role
    project: str
    lines: tuple[str, ...] = ("*",)
    cameras: tuple[str, ...] = ("*",)
    projects: tuple[str, ...] = ()
    session: str = ""

    def __post_init__(self) -> None:
        if not is_id(self.project):
            raise ValueError(f"the project {self.project!r} is not an id: use 1 to 64 of A-Z a-z 0-9 . _ -")
        if not self.lines or not self.cameras:
            raise ValueError("a key needs a line and a camera: give * for all")
        for pattern in (*self.lines, *self.cameras):
            if not _pattern.fullmatch(pattern):
                raise ValueError(
                    f"the pattern {pattern!r} is not valid: use 1 to 64 of A-Z a-z 0-9 . _ - and the wildcards * ?"
                )

    def covers(self, *, project: str, line: str, camera: str | None = None) -> bool:
        """Whether the scope includes this line and, if given, this camera."""
        return (
            project == self.project
            and any(fnmatchcase(line, pattern) for pattern in self.lines)
            and (camera is None or any(fnmatchcase(camera, pattern) for pattern in self.cameras))
        )

    def covers_all_lines(self, project: str) -> bool:
        """Whether the scope includes every line and camera of the project."""
        return project == self.project and "*" in self.lines and "*" in self.cameras

    @property
    def scope(self) -> str:
        """The scope as text, for messages."""
        return f"project {self.project}, lines {' '.join(self.lines)}, cameras {' '.join(self.cameras)}"

    def routes(self) -> list[tuple[str, str]]:
        """The (method, path) pairs that the role may call."""
        return [route for route, roles in ROUTES.items() if self.role in roles]


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A stored key: its grant, the SHA-256 of its secret, and the secret sealed; never the secret itself.

    A key made before secrets were sealed has none: it works as a bearer token and cannot sign. `made_by` is the id of
    the key, or the name of the person, that made it; empty where that was not noted.
    """

    grant: Grant
    secret_sha256: str
    created_at: datetime
    note: str = ""
    revoked_at: datetime | None = None
    sealed_secret: bytes | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    made_by: str = ""

    def admits(self, secret: str, at: datetime) -> bool:
        """Whether `secret` is right and the key is valid at this time. The comparison takes constant time."""
        same = hmac.compare_digest(self.secret_sha256.encode(), hash_of(secret).encode())
        return same and self.is_valid(at)

    def is_valid(self, at: datetime) -> bool:
        """Whether the key is not revoked, and has not expired."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def hash_of(secret: str) -> str:
    """SHA-256 in hex. A secret has 256 random bits, so a slow password hash would add nothing."""
    return sha256(secret.encode()).hexdigest()


def token_of(key_id: str, secret: str) -> str:
    """The token that a client sends: `lw_<key id>_<secret><checksum>`, the checksum in 8 hex digits."""
    checked = f"lw_{key_id}_{secret}"
    return checked + _checksum(checked)


def parse_token(token: str) -> tuple[str, str] | None:
    """The (key id, secret) of a token, with or without the prefix `Bearer `.

    None when it is malformed or its checksum is wrong, so that a mistyped or invented token costs no read of the keys.
    """
    parts = TOKEN.fullmatch(token)
    if parts is None or parts[5] != _checksum(parts[2]):
        return None
    return parts[3], parts[4]


def project_of(token: str) -> str | None:
    """The project that a token of the right form names, if it does."""
    parts = TOKEN.fullmatch(token)
    return None if parts is None else parts[7]


def _checksum(text: str) -> str:
    """CRC-32, as in GitHub's tokens. It is no secret: it finds mistakes and chance, not forgers."""
    return f"{crc32(text.encode()):08x}"
