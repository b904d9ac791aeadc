"""A sign-in link opens the page of the target, and no server sees its token."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.composition import Linewatch
from chalicelib.projects.domain import Project
from chalicelib.projects.record import ProjectRecord
from linewatch.commands.up import sign_in_line
from linewatch.operate.page_link import page_address, sign_in_link, user_name
from linewatch.stack.local import LocalStack
from linewatch.stack.target import Target
from tests.support.builders import NOON, FakeClock
from tests.support.deployment import a_linewatch
from tests.support.fake_people import FakeSessions
from tests.support.fake_projects import FakeRegistry

URL = "http://127.0.0.1:4566/_aws/execute-api/ab12/v1"


@dataclass(frozen=True)
class Stack(LocalStack):
    """A local stack with everything in memory."""

    inside: Linewatch = field(default_factory=lambda: a_linewatch(FakeClock()))

    def linewatch(self) -> Linewatch:
        return self.inside


def a_stack(*projects: str) -> Stack:
    stack = Stack("test", "1", "eu-west-1", "http://127.0.0.1:4566", URL, "local")
    stack.inside.access.sessions = FakeSessions()
    stack.inside.projects.registry = registry = FakeRegistry()
    for name in projects:
        record = ProjectRecord(name=name, project=Project(name=name, created_at=NOON))
        registry.commit(ProjectRecord(name=name), record, None, at=NOON)
    return stack


def test_the_token_stands_behind_the_number_sign() -> None:
    target = Target("test", "1", "eu-west-1", api_url=URL)
    assert page_address(target) == f"{URL}/page"
    link = urlsplit(sign_in_link(target, "lw_a_b"))
    assert (link.path, link.query, link.fragment) == ("/_aws/execute-api/ab12/v1/page", "", "link=lw_a_b")


def test_up_signs_in_once_to_all_projects_as_their_admin() -> None:
    stack = a_stack("plates", "rings")
    line = sign_in_line(stack)
    assert line.startswith(f"{URL}/page#link=lw_l-")
    session, _ = stack.inside.access.desk.begin(line.partition("#link=")[2])
    assert (session.person.role, session.person.projects) == (Role.ADMIN, ("plates", "rings"))
    assert session.expires_at == NOON + timedelta(hours=12)


def test_up_says_how_to_sign_in_where_there_is_no_project() -> None:
    assert sign_in_line(a_stack()) == "linewatch page --role admin --project PROJECT"


@pytest.mark.parametrize(
    ("user", "name"), [("ada", "ada"), ("Ada Lovelace", "Ada-Lovelace"), ("<b>", "-b-"), ("", "operator")]
)
def test_the_name_of_a_user_becomes_that_of_a_person(monkeypatch: pytest.MonkeyPatch, user: str, name: str) -> None:
    monkeypatch.setattr("linewatch.operate.operator.getuser", lambda: user)
    assert Person(user_name(), Role.VIEWER, ("plates",)).name == name
