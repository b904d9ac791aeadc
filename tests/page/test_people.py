"""An admin invites people, changes what they may do, and removes them."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.people.domain import Standing
from tests.page.conftest import SIZES, Visit
from tests.page.plant import PROJECT

MAX = Person("max@example.com", Role.OPERATOR, (PROJECT,))


def staffed(new: Visit) -> None:
    new.plant.people.add(Person("ada@example.com", Role.ADMIN, (PROJECT,)))
    new.plant.people.add(MAX)
    new.plant.people.add(Person("a.very.long.name.of.somebody@example.com", Role.VIEWER, (PROJECT,)), Standing.INVITED)


@pytest.mark.parametrize("width", SIZES)
def test_the_people_are_listed_and_readable_at_every_size(visit: Callable[..., Visit], width: int) -> None:
    new = visit(width)
    staffed(new)
    new.sign_in(Role.ADMIN, "people")
    new.page.get_by_text("max@example.com", exact=True).wait_for()
    new.look("people")
    assert new.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(new.page).response["violations"] == []


def test_an_admin_invites_changes_and_removes(visit: Callable[..., Visit]) -> None:
    new = visit()
    staffed(new)
    new.sign_in(Role.ADMIN, "people")
    new.page.get_by_label("E-mail address").fill("eva@example.com")
    new.page.get_by_role("button", name="Invite").click()
    new.page.get_by_text("eva@example.com gets a mail").wait_for()
    assert new.plant.people.invitations == ["eva@example.com"]
    new.page.get_by_role("button", name="Change max@example.com").click()
    new.page.get_by_role("dialog").get_by_label("Role").select_option("viewer")
    new.look("people-change")
    new.page.get_by_role("dialog").get_by_role("button", name="Change").click()
    new.page.get_by_role("dialog").wait_for(state="detached")
    assert new.plant.people.members[MAX.name].person.role is Role.VIEWER
    new.page.get_by_role("button", name="Remove max@example.com").click()
    new.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    new.page.get_by_text("max@example.com", exact=True).wait_for(state="detached")


def test_the_last_admin_reads_why_they_stay_one(visit: Callable[..., Visit]) -> None:
    new = visit()
    staffed(new)
    new.sign_in(Role.ADMIN, "people")
    new.page.get_by_role("button", name="Change ada@example.com").click()
    new.page.get_by_role("dialog").get_by_label("Role").select_option("viewer")
    new.page.get_by_role("dialog").get_by_role("button", name="Change").click()
    new.page.get_by_text("is the last admin of plates").wait_for()


def test_an_operator_sees_who_to_ask(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(Role.OPERATOR, "people")
    new.page.get_by_text("Admins say who may sign in").wait_for()
