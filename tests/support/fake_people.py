"""People, their sessions and the sign-in page, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.access.people import LONGEST_NAME, Person, Session, owner_in
from chalicelib.core.errors import LinkUsed, SignedOut
from chalicelib.people.domain import Member, Standing
from chalicelib.people.ports import AlreadyInvited, Code
from tests.support.builders import NOON


@dataclass
class FakeSessions:
    """Sessions and links by id."""

    sessions: dict[str, Session] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        self.sessions[session.session_id] = session

    def find(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id)

    def begin(self, link_id: str, session: Session, at: datetime) -> None:
        link = self.sessions.get(link_id)
        if link is None or link.used_at:
            raise LinkUsed(None if link is None else link.used_at)
        self.sessions[link_id] = replace(link, used_at=at)
        self.add(session)

    def end(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)

    def end_all(self, owner: str) -> int:
        found = [each for each in self.sessions if owner_in(each) == owner]
        for each in found:
            self.end(each)
        return len(found)


@dataclass
class FakePeople:
    """Members by name. `invitations` are the names to which a mail went."""

    members: dict[str, Member] = field(default_factory=dict)
    invitations: list[str] = field(default_factory=list)

    def all(self) -> Iterator[Member]:
        yield from list(self.members.values())

    def find(self, name: str) -> Member | None:
        if len(name) > LONGEST_NAME:
            raise ValueError("Cognito refuses such a name")
        return self.members.get(name)

    def invite(self, person: Person) -> None:
        known = self.members.get(person.name)
        if known is not None and known.standing is not Standing.INVITED:
            raise AlreadyInvited(f"{person.name} has an account: change the role or the projects")
        self.members[person.name] = Member(person, Standing.INVITED, NOON)
        self.invitations.append(person.name)

    def change(self, person: Person) -> None:
        self.members[person.name] = replace(self.members[person.name], person=person)

    def enable(self, name: str) -> None:
        self._stand(name, Standing.ACTIVE)

    def disable(self, name: str) -> None:
        self._stand(name, Standing.DISABLED)

    def remove(self, name: str) -> None:
        self.members.pop(name, None)

    def add(self, person: Person, standing: Standing = Standing.ACTIVE) -> None:
        """For tests: somebody who is here already."""
        self.members[person.name] = Member(person, standing, NOON)

    def _stand(self, name: str, standing: Standing) -> None:
        self.members[name] = replace(self.members[name], standing=standing)


@dataclass
class FakeSignInPage:
    """Takes the codes that it gave out, each once."""

    codes: dict[str, str] = field(default_factory=dict)
    down: Exception | None = None

    def redeem(self, code: Code) -> str:
        if self.down is not None:
            raise self.down
        if code.code not in self.codes:
            raise SignedOut("the sign-in was not completed, or took too long: sign in again")
        return self.codes.pop(code.code)
