"""Local stacks that run, for measurements of the page."""

from collections.abc import Callable

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.projects.domain import Kind
from linewatch.operate.page_link import sign_in_link
from linewatch.stack.local import LocalStack, find


def project_of(stack: LocalStack) -> str:
    """The first project of a stack."""
    return min(stack.linewatch().projects.registry.of_kind(Kind.PROJECT))


def sign_in_links(name: str) -> Callable[[], str]:
    """A function that makes a link with each call; a link signs in once."""
    stack = find(name)
    desk = stack.linewatch().access.desk
    person = Person("measurement", Role.VIEWER, (project_of(stack),))
    return lambda: sign_in_link(stack, desk.new_link(person))
