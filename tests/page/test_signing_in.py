"""A person signs in with a key, and the key stays in the tab."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from tests.page.conftest import Visit
from tests.page.plant import PROJECT
from tests.support.builders import NOON


def type_key(visit: Visit, key: str) -> None:
    visit.page.get_by_label("Your key").fill(key)
    visit.page.get_by_role("button", name="Sign in").click()


def key_id_of(key: str) -> str:
    return key.split("_")[1]


def test_a_sign_in_link_opens_the_page_once_and_leaves_nothing_in_the_address(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    link = new.plant.link(Role.VIEWER)
    new.page.goto(f"{new.url}/page#{link}")
    new.page.get_by_role("link", name="Live", exact=True).wait_for()
    expect(new.page).to_have_url(f"{new.url}/page#/{PROJECT}/live/line-1")
    assert new.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert link.removeprefix("link=") not in new.page.evaluate("JSON.stringify(sessionStorage)")
    second = visit(390)
    second.page.goto(f"{new.url}/page#{link}")
    second.page.get_by_text("This link has been used").wait_for()
    second.look("link-used")


def test_a_sign_in_link_in_a_tab_of_somebody_else_ends_as_the_new_person(visit: Callable[..., Visit]) -> None:
    """Also while the page still loads for the other one, who has a key besides, and whose answers come later."""
    new = visit()
    new.plant.morning(3)
    new.page.goto(f"{new.url}/page")
    type_key(new, new.plant.key(project="axles"))
    new.page.locator("nav").wait_for()
    new.sign_in(Role.ADMIN)
    link = new.plant.link(Role.VIEWER, "ben@example.com", ("bolts",))
    new.delays |= {"/lines": 1.0, "/key": 1.0}
    new.page.evaluate(
        "([from, to]) => { location.hash = from; location.hash = to; setTimeout(() => { location.hash = from }, 1); }",
        [f"#/{PROJECT}/live", link],
    )
    expect(new.page.get_by_role("button", name="ben", exact=True)).to_be_visible()
    new.page.wait_for_timeout(1500)
    expect(new.page.get_by_role("button", name="ben", exact=True)).to_be_visible()
    expect(new.page).to_have_url(re.compile("/page#/bolts/"))
    assert new.page.evaluate("Object.keys(JSON.parse(sessionStorage.getItem('linewatch.keys')))") == ["bolts"]


def test_a_session_that_ended_before_a_link_was_opened_ends_no_other(visit: Callable[..., Visit]) -> None:
    """The refusal of the old session comes when the new one has begun."""
    new = visit()
    new.plant.morning(3)
    new.sign_in(Role.ADMIN)
    new.plant.linewatch.access.desk.end_all("ada@example.com")
    new.delays["/lines"] = 1.0
    link = new.plant.link(Role.ADMIN, "ben@example.com")
    new.page.evaluate("([from, to]) => { location.hash = from; location.hash = to; }", [f"#/{PROJECT}/live", link])
    expect(new.page.get_by_role("button", name="ben", exact=True)).to_be_visible()
    new.page.wait_for_timeout(1500)
    expect(new.page.get_by_role("button", name="ben", exact=True)).to_be_visible()
    expect(new.page.get_by_role("dialog")).to_have_count(0)


def test_an_address_survives_signing_in(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = new.plant.inspect("part-1")
    new.page.goto(f"{new.url}/page#/{PROJECT}/inspections/{found.inspection_id}")
    type_key(new, new.plant.key(Role.VIEWER))
    new.page.get_by_text("part-1", exact=True).wait_for()


@pytest.mark.parametrize(
    ("role", "project", "says"),
    [(Role.CAMERA, PROJECT, "key of a camera"), (Role.ADMIN, "bolts", "for another project")],
)
def test_a_key_that_does_not_fit_is_refused_in_words(
    visit: Callable[..., Visit], role: Role, project: str, says: str
) -> None:
    new = visit()
    new.page.goto(f"{new.url}/page#/{PROJECT}/models")
    type_key(new, new.plant.key(role, project))
    new.page.get_by_text(says).wait_for()
    assert new.page.evaluate("sessionStorage.length") == 0


def test_a_mistyped_key_is_refused_in_words(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.page.goto(f"{new.url}/page")
    type_key(new, "lw_1")
    new.page.get_by_text("not a complete key").wait_for()
    key = new.plant.key()
    type_key(new, key[:-1] + ("0" if key[-1] != "0" else "1"))
    new.page.get_by_text("wrong, has expired or was revoked").wait_for()


def test_a_key_that_is_revoked_in_mid_work_asks_again_and_keeps_the_place(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    key = new.plant.key(lifetime=timedelta(hours=12))
    new.page.goto(f"{new.url}/page")
    type_key(new, key)
    new.page.locator(".inspections button").first.wait_for()
    new.plant.keys.revoke(key_id_of(key), NOON)
    new.page.get_by_text("has expired or was revoked").wait_for()
    type_key(new, new.plant.key())
    new.page.locator(".inspections button").first.wait_for()
    expect(new.page).to_have_url(re.compile(f"#/{PROJECT}/live/line-1$"))


def test_a_session_that_ends_in_mid_work_loses_nothing_that_was_typed(visit: Callable[..., Visit]) -> None:
    """A new sign-in link, opened in another tab, goes on here."""
    new = visit()
    found = new.plant.inspect("part-1")
    new.sign_in(Role.OPERATOR, f"inspections/{found.inspection_id}")
    new.page.get_by_text("Kind of defect, comment").click()
    new.page.get_by_label("Comment").fill("a hair on the lens")
    new.plant.linewatch.access.desk.end_all("ada@example.com")
    new.page.get_by_role("button", name="Fine").click()
    new.page.get_by_role("heading", name="Sign in again").wait_for()
    new.look("signed-out-in-mid-work")
    other = new.page.context.new_page()
    other.goto(f"{new.url}/page#{new.plant.link(Role.OPERATOR)}")
    new.page.get_by_role("heading", name="Sign in again").wait_for(state="detached")
    assert new.page.get_by_label("Comment").input_value() == "a hair on the lens"
    new.page.get_by_role("button", name="Fine").click()
    new.page.get_by_text("by ada@example.com").wait_for()


@pytest.mark.parametrize("button", ["Sign out", "Sign out everywhere"])
def test_signing_out_ends_the_session_at_once(visit: Callable[..., Visit], button: str) -> None:
    new = visit()
    new.sign_in()
    new.page.get_by_role("button", name="ada").click()
    new.page.get_by_text("Signed in until").wait_for()
    new.look("account")
    new.page.get_by_role("button", name=button, exact=True).click()
    new.page.get_by_label("Your key").wait_for()
    assert (
        new.plant.sessions.sessions.keys() == set() if "everywhere" in button else len(new.plant.sessions.sessions) == 1
    )
    assert new.page.evaluate("sessionStorage.getItem('linewatch.keys')") == "{}"
    new.page.reload()
    new.page.get_by_label("Your key").wait_for()


def test_signing_out_forgets_a_key(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.page.goto(f"{new.url}/page")
    type_key(new, new.plant.key())
    new.page.get_by_role("button", name="Sign out").click()
    new.page.get_by_label("Your key").wait_for()
    assert new.page.evaluate("sessionStorage.getItem('linewatch.keys')") == "{}"
