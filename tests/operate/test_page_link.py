"""A sign-in link opens the page of the target, and no server sees its key."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from chalicelib.composition import Linewatch
from chalicelib.projects.domain import Project
from chalicelib.projects.record import ProjectRecord
from linewatch.commands.up import sign_in_lines
from linewatch.operate.page_link import page_address, sign_in_link
from linewatch.stack.local import LocalStack
from linewatch.stack.target import Target
from tests.support.builders import NOON, FakeClock
from tests.support.deployment import a_linewatch
from tests.support.fake_access import FakeAccessKeys, FakeSealer
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
    stack.inside.access.keys, stack.inside.access.sealer = FakeAccessKeys(), FakeSealer()
    stack.inside.projects.registry = registry = FakeRegistry()
    for name in projects:
        record = ProjectRecord(name=name, project=Project(name=name, created_at=NOON))
        registry.commit(ProjectRecord(name=name), record, None, at=NOON)
    return stack


def test_the_key_stands_behind_the_number_sign() -> None:
    target = Target("test", "1", "eu-west-1", api_url=URL)
    assert page_address(target) == f"{URL}/page"
    link = urlsplit(sign_in_link(target, "lw_a_b"))
    assert (link.path, link.query, link.fragment) == ("/_aws/execute-api/ab12/v1/page", "", "key=lw_a_b")


def test_up_signs_in_to_each_project_for_a_working_day() -> None:
    stack = a_stack("plates", "rings")
    plates, rings, hint = sign_in_lines(stack)
    assert plates.startswith(f"plates: {URL}/page#key=lw_")
    assert rings.startswith("rings: ")
    assert "key create" in hint
    [key, _] = stack.inside.access.keys.all()
    assert key.expires_at == NOON + timedelta(hours=12)  # type: ignore[union-attr]
    assert stack.inside.access.authorize(plates.partition("#key=")[2]) is not None


def test_up_says_how_to_sign_in_where_there_is_no_project() -> None:
    assert list(sign_in_lines(a_stack())) == ["linewatch key create --role admin --project PROJECT --hours 12 --link"]
