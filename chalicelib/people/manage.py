"""Invite people, change what they may do, take it away."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from chalicelib.access.domain import Role
from chalicelib.access.people import LONGEST_NAME, Person, is_name
from chalicelib.access.sessions import SessionDesk
from chalicelib.core.errors import Forbidden, NotFound
from chalicelib.core.unreadable import Unreadable
from chalicelib.people.domain import Member, require_another_admin, require_scope
from chalicelib.people.ports import People

type Scope = Collection[str] | None
"""The projects of the admin who acts; None for who runs the stage."""


@dataclass(frozen=True, slots=True)
class PeopleDesk:
    """What an admin can do with people.

    A change is written to the pool first and ends the person's sessions then, so that nobody works on with rights that
    they have lost. Each step may be repeated: who got an error does the same again.
    """

    people: People
    sessions: SessionDesk

    def everybody(self, scope: Scope) -> tuple[list[Member], list[Unreadable]]:
        """All who share a project with who asks, by name, and what cannot be read."""
        found = list(self.people.all())
        members = [each for each in found if isinstance(each, Member)]
        shown = [each for each in members if scope is None or set(scope) & set(each.person.projects)]
        broken = [each for each in found if isinstance(each, Unreadable)]
        return sorted(shown, key=lambda each: each.person.name), broken

    def invite(self, person: Person, scope: Scope) -> Member:
        """Invite a person. Somebody who has not signed in yet gets a new invitation; `AlreadyInvited` for others."""
        require_scope(person.projects, scope)
        known = self.people.find(person.name)
        if known is not None and scope is not None and not set(known.person.projects) <= set(scope):
            raise Forbidden(
                "this person has projects that are not yours: ask an admin of all, or use `linewatch people`"
            )
        self.people.invite(person)
        return self._known(person.name, scope)

    def change(
        self,
        name: str,
        scope: Scope,
        *,
        role: Role | None = None,
        projects: tuple[str, ...] | None = None,
        enabled: bool | None = None,
    ) -> Member:
        """Change what is given, and end the person's sessions."""
        before = self._known(name, scope)
        wanted = replace(before.person, role=role or before.person.role, projects=projects or before.person.projects)
        require_scope({*before.person.projects, *wanted.projects}, scope)
        stays = before.may_sign_in if enabled is None else enabled
        self._require_another_admin(before, wanted if stays else None)
        self.people.change(wanted)
        if enabled is not None:
            (self.people.enable if enabled else self.people.disable)(name)
        self.sessions.end_all(before.person.name)
        return self._known(name, scope)

    def remove(self, name: str, scope: Scope) -> None:
        """Take everything away. Who is signed in is signed out at once; their answers keep their name."""
        before = self._known(name, scope)
        require_scope(before.person.projects, scope)
        self._require_another_admin(before, None)
        self.people.disable(name)
        self.sessions.end_all(before.person.name)
        self.people.remove(name)

    def _known(self, name: str, scope: Scope) -> Member:
        """The person. Of somebody who shares no project with who asks, nothing is said."""
        member = self.people.find(name) if is_name(name) else None
        if member is None or not (scope is None or set(scope) & set(member.person.projects)):
            raise NotFound(f"there is nobody called {name[:LONGEST_NAME]}")
        return member

    def _require_another_admin(self, leaving: Member, stays: Person | None) -> None:
        members = [each for each in self.people.all() if isinstance(each, Member)]
        require_another_admin(leaving, stays, members)
