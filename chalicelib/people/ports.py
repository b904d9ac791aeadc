"""What people need from outside: the pool of those who may sign in, and the page on which they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.access.people import Person
from chalicelib.core.errors import WrongState
from chalicelib.core.unreadable import Unreadable
from chalicelib.people.domain import Member


class AlreadyInvited(WrongState):
    """This person is known already: change their role or projects instead."""


@dataclass(frozen=True, slots=True)
class Code:
    """What the sign-in page gives the browser, and what the browser kept (RFC 7636)."""

    code: str
    verifier: str
    redirect_uri: str


class People(Protocol):
    """The pool. Names are e-mail addresses in lower case."""

    def all(self) -> Iterator[Member | Unreadable]: ...
    def find(self, name: str) -> Member | None:
        """None for somebody without a role too."""
        ...

    def invite(self, person: Person) -> None:
        """Send an invitation, or another one to who has not signed in yet; `AlreadyInvited` for anybody else."""
        ...

    def change(self, person: Person) -> None:
        """Give role and projects, and no other ones."""
        ...

    def enable(self, name: str) -> None: ...
    def disable(self, name: str) -> None: ...
    def remove(self, name: str) -> None: ...


class SignInPage(Protocol):
    """Where people prove who they are."""

    def redeem(self, code: Code) -> str:
        """The person's name in the pool. `SignedOut` for a wrong code, `SignInUnavailable` without an answer."""
        ...
