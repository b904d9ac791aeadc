"""The routes by which people sign in and out, and admins say who may."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal, TypedDict
from urllib.parse import unquote

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.access.domain import Grant, Role
from chalicelib.access.people import EMAIL, LONGEST_NAME, MOST_PROJECTS, Person, Session
from chalicelib.aws.observability import log_event, log_unreadable
from chalicelib.core.errors import Forbidden, WrongState
from chalicelib.core.texts import Instant
from chalicelib.core.validation import Id
from chalicelib.http.requests import body_of
from chalicelib.http.route import expose, expose_open
from chalicelib.people.domain import Member, Standing
from chalicelib.people.ports import Code
from chalicelib.people.wiring import PeopleWiring

type RoleOfPerson = Literal[Role.VIEWER, Role.OPERATOR, Role.ADMIN]
Projects = Annotated[list[Id], Field(min_length=1, max_length=MOST_PROJECTS)]
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=LONGEST_NAME, to_lower=True)]
_Short = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class LoginCode(BaseModel):
    """What comes back from the sign-in page, and what was kept until then (RFC 7636)."""

    model_config = ConfigDict(extra="forbid")

    code: _Short
    verifier: _Short
    redirect_uri: _Short


class NewSession(BaseModel):
    """How somebody signs in: by the token of a sign-in link, or by the sign-in page."""

    model_config = ConfigDict(extra="forbid")

    link: _Short | None = None
    login: LoginCode | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "NewSession":
        if (self.link is None) == (self.login is None):
            raise PydanticCustomError("way", "send link or login, and not both")
        return self


class SessionAnswer(TypedDict):
    """A session. Its token is sent as a key is, with `/<project>` behind it where the person has several."""

    token: str
    person: str
    role: Role
    projects: list[str]
    expires_at: Instant


class Ended(TypedDict):
    """How many sessions ended."""

    ended: int


class NewPerson(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    name: Email
    role: RoleOfPerson
    projects: Projects


class PersonChange(BaseModel):
    """What to change of a person; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    role: RoleOfPerson | None = None
    projects: Projects | None = None
    enabled: bool | None = None


class PersonAnswer(TypedDict):
    """A person; `name` is the e-mail address."""

    name: str
    role: Role
    projects: list[str]
    standing: Standing
    since: Instant


class PeopleAnswer(TypedDict):
    """People by name."""

    people: list[PersonAnswer]


def routes(authorize: ChaliceAuthorizer, people: Callable[[], PeopleWiring]) -> Blueprint:
    """`POST` and `DELETE` of sessions, and `GET`, `POST`, `PUT` and `DELETE` of people."""
    blueprint, views = Blueprint(__name__), PeopleViews(people)
    expose_open(blueprint, ("POST", "/session"), views.begin_session)
    expose(blueprint, ("DELETE", "/session"), views.end_session, authorize)
    expose(blueprint, ("DELETE", "/sessions"), views.end_sessions, authorize)
    expose(blueprint, ("GET", "/people"), views.list_people, authorize)
    expose(blueprint, ("POST", "/people"), views.invite_person, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("PUT", "/people/{person}"), views.change_person, authorize)
    expose(blueprint, ("DELETE", "/people/{person}"), views.remove_person, authorize)
    return blueprint


class PeopleViews:
    """What answers the routes."""

    def __init__(self, people: Callable[[], PeopleWiring]) -> None:
        self._people = people

    def begin_session(self, request: Request) -> str:
        """Sign in.

        A sign-in link signs in once, within 15 minutes. A session lasts 12 hours.
        """
        asked, people = body_of(request, NewSession), self._people()
        session, token = (
            people.sign_in(Code(**asked.login.model_dump()))
            if asked.login
            else people.access.desk.begin(asked.link or "")
        )
        log_event("signed in", person=session.person.name, by="login" if asked.login else "link")
        return json.dumps(_session(session, token))

    def end_session(self, _request: Request, grant: Grant) -> str:
        """Sign out: this session ends at once."""
        _require_session(grant)
        self._people().access.desk.end(grant.session)
        return json.dumps(Ended(ended=1))

    def end_sessions(self, _request: Request, grant: Grant) -> str:
        """Sign out everywhere: all sessions of the person end at once."""
        _require_session(grant)
        return json.dumps(Ended(ended=self._people().access.desk.end_all(grant.key_id)))

    def list_people(self, _request: Request, grant: Grant) -> str:
        """The people who share a project with who asks."""
        members, unreadable = self._people().desk.everybody(_scope(grant))
        log_unreadable(unreadable)
        return json.dumps(PeopleAnswer(people=[_person(each) for each in members]))

    def invite_person(self, request: Request, grant: Grant) -> str:
        """Invite a person by e-mail.

        Who has not signed in yet gets a new invitation. An admin gives their own projects only.
        """
        asked = body_of(request, NewPerson)
        person = Person(asked.name, asked.role, tuple(asked.projects))
        member = self._people().desk.invite(person, self._full_scope(grant))
        log_event("invited", person=person.name, role=person.role, by=grant.key_id)
        return json.dumps(_person(member))

    def change_person(self, request: Request, grant: Grant, person: str) -> str:
        """Change what a person may do, or whether they may sign in. It ends their sessions at once.

        The last admin of a project stays one.
        """
        asked, name = body_of(request, PersonChange), _name(person)
        projects = None if asked.projects is None else tuple(asked.projects)
        desk = self._people().desk
        member = desk.change(name, self._full_scope(grant), role=asked.role, projects=projects, enabled=asked.enabled)
        log_event("changed a person", person=name, role=member.person.role, by=grant.key_id)
        return json.dumps(_person(member))

    def remove_person(self, _request: Request, grant: Grant, person: str) -> str:
        """Remove a person, who is signed out at once. Their answers keep their name.

        The last admin of a project stays.
        """
        self._people().desk.remove(_name(person), self._full_scope(grant))
        log_event("removed a person", person=_name(person), by=grant.key_id)
        return json.dumps({})

    def _full_scope(self, grant: Grant) -> tuple[str, ...]:
        """The projects of who may change people. A person has all lines for good, so that a key needs both."""
        if not grant.covers_all_lines(grant.project):
            raise Forbidden(f"people see all lines of a project; this key covers {grant.scope}")
        self._people().access.require_lasting(grant, None)
        return _scope(grant)


def _require_session(grant: Grant) -> None:
    if not grant.session:
        raise WrongState("this is a key, not a session: `linewatch key revoke` ends it")


def _scope(grant: Grant) -> tuple[str, ...]:
    return grant.projects or (grant.project,)


def _name(argument: str) -> str:
    """The argument of a path, which some gateways decode; no name has a percent sign."""
    return unquote(argument).lower()


def _session(session: Session, token: str) -> SessionAnswer:
    person = session.person
    return SessionAnswer(
        token=token,
        person=person.name,
        role=person.role,
        projects=list(person.projects),
        expires_at=session.expires_at.isoformat(timespec="seconds"),
    )


def _person(member: Member) -> PersonAnswer:
    person = member.person
    return PersonAnswer(
        name=person.name,
        role=person.role,
        projects=list(person.projects),
        standing=member.standing,
        since=member.since.isoformat(timespec="seconds"),
    )
