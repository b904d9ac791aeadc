"""People, their sessions and the links that begin one: what they are, without where they are stored."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from chalicelib.access.domain import PEOPLE, Grant, Role, hash_of, token_of
from chalicelib.core.image import is_id

SESSION_LASTS = timedelta(hours=12)
"""A working day: a person signs in once a shift."""
LINK_LASTS = timedelta(minutes=15)
MOST_PROJECTS = 30

LONGEST_NAME = 128
"""Of a person, as of a user of Amazon Cognito."""
_LOCAL = r"[A-Za-z0-9.!#$&'*+/=?^_{|}~-]{1,64}"
EMAIL = rf"^{_LOCAL}@[A-Za-z0-9.-]{{1,189}}$"
_name = re.compile(rf"{_LOCAL}(@[A-Za-z0-9.-]{{1,189}})?")
"""An e-mail address, or the name of a user of a computer: without a space, and without what a path would escape."""
_id = re.compile(r"([sl])-([0-9a-f]{16})-[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, and what they may do in which projects. ValueError says what is wrong."""

    name: str
    role: Role
    projects: tuple[str, ...]

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise ValueError(
                f"the name is neither an e-mail address nor that of a user: 1 to {LONGEST_NAME} characters, no space"
            )
        if self.role not in PEOPLE:
            raise ValueError("a person is a viewer, an operator or an admin; cameras have keys")
        if not 1 <= len(self.projects) <= MOST_PROJECTS:
            raise ValueError(f"a person has 1 to {MOST_PROJECTS} projects")
        for project in self.projects:
            if not is_id(project):
                raise ValueError(f"the project {project!r} is not an id: use 1 to 64 of A-Z a-z 0-9 . _ -")

    @property
    def owner(self) -> str:
        """What the ids of the person's sessions have in common, so that all are found."""
        return owner_of(self.name)


@dataclass(frozen=True, slots=True)
class Session:
    """A session, or a link that begins one: it is valid until `expires_at`, and a link only once.

    `session_id` says which it is, and whose. Of the secret only the SHA-256 is kept.
    """

    session_id: str
    person: Person
    secret_sha256: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def admits(self, secret: str, at: datetime) -> bool:
        """Whether the secret is right and the time is not over. The comparison takes constant time."""
        return hmac.compare_digest(self.secret_sha256, hash_of(secret)) and at < self.expires_at

    def grant(self, project: str | None) -> Grant | None:
        """What the person may do in this project, or in the first one; None if it is not one of theirs."""
        person, chosen = self.person, project or self.person.projects[0]
        if chosen not in person.projects:
            return None
        return Grant(person.name, person.role, chosen, projects=person.projects, session=self.session_id)


def is_name(text: str) -> bool:
    """Whether somebody can be called so."""
    return len(text) <= LONGEST_NAME and _name.fullmatch(text) is not None


def owner_of(name: str) -> str:
    """16 hex digits that stand for a person's name."""
    return sha256(name.encode()).hexdigest()[:16]


def owner_in(session_id: str) -> str | None:
    """The owner in the id of a session or link; None for any other id, such as a key's."""
    parts = _id.fullmatch(session_id)
    return None if parts is None else parts[2]


def is_link(session_id: str) -> bool:
    """Whether this is the id of a link."""
    return session_id.startswith("l-")


def a_session(person: Person, at: datetime) -> tuple[Session, str]:
    """A new session with its token."""
    return _made("s", person, at, SESSION_LASTS)


def a_link(person: Person, at: datetime) -> tuple[Session, str]:
    """A new link with its token."""
    return _made("l", person, at, LINK_LASTS)


def _made(kind: str, person: Person, at: datetime, lasts: timedelta) -> tuple[Session, str]:
    session_id, secret = f"{kind}-{person.owner}-{token_hex(12)}", token_hex(32)
    session = Session(session_id, person, hash_of(secret), created_at=at, expires_at=at + lasts)
    return session, token_of(session_id, secret)
