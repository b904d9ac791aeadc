"""Who may change whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.core.errors import Forbidden, WrongState


class Standing(StrEnum):
    """Where somebody stands: has not signed in yet, may sign in, may not."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the pool knows them."""

    person: Person
    standing: Standing
    since: datetime

    @property
    def may_sign_in(self) -> bool:
        """Whether they may sign in, now or after their first password."""
        return self.standing is not Standing.DISABLED


def require_scope(projects: Collection[str], scope: Collection[str] | None) -> None:
    """`Forbidden` unless all projects are in the scope of who acts; None is all projects.

    Else an admin of one project could make somebody the admin of another.
    """
    others = [] if scope is None else sorted(set(projects) - set(scope))
    if others:
        raise Forbidden(f"you are no admin of {', '.join(others)}: ask somebody who is, or use `linewatch people`")


def require_another_admin(leaving: Member, stays: Person | None, members: Collection[Member]) -> None:
    """`WrongState` when a project would lose its last admin who may sign in.

    `leaving` is the person as they are, `stays` as they will be; None if they may no longer sign in.
    """
    keeps = set(stays.projects) if stays is not None and stays.role is Role.ADMIN else set()
    others = {
        project
        for each in members
        if _is_admin(each) and each.person.name != leaving.person.name
        for project in each.person.projects
    }
    lost = set(leaving.person.projects) - keeps - others if _is_admin(leaving) else set()
    if lost:
        raise WrongState(
            f"{leaving.person.name} is the last admin of {', '.join(sorted(lost))}: make somebody else an admin first"
        )


def _is_admin(member: Member) -> bool:
    return member.may_sign_in and member.person.role is Role.ADMIN
