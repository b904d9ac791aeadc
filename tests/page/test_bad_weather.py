"""Every view in every weather: nothing stays empty without a word, and a person gets back to work."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from chalicelib.access.domain import Role
from tests.page import weathers
from tests.page.conftest import Visit
from tests.page.plant import PROJECT
from tests.page.views import VIEWS, addresses
from tests.page.weathers import HOSTILE, Answer, weather, words

SHOWN = "main:not(.loading)"


def visited(visit: Callable[..., Visit]) -> tuple[Visit, dict[str, str]]:
    """An administrator at the page of a plant in which each view has something to show."""
    new = visit()
    views = addresses(new.plant)
    new.sign_in()
    return new, views


def enter(visit: Visit, address: str) -> None:
    """Go there, and do not wait for what it shows."""
    visit.page.evaluate("to => { location.hash = to }", f"#/{PROJECT}/{address}")


def leave(visit: Visit) -> None:
    """Where no view is."""
    visit.page.evaluate("location.hash = '#/nobody/live'")
    visit.page.get_by_label("Your key").wait_for()


def each(visit: Callable[..., Visit]) -> Iterator[tuple[Visit, str]]:
    """The visit and the address of each view, none of which is shown at first."""
    new, views = visited(visit)
    for address in views.values():
        leave(new)
        yield new, address


def shows(page: Page, address: str) -> None:
    """The view is there, with its data and without a complaint."""
    expect(page.locator(SHOWN)).to_be_visible()
    expect(page.locator(".trouble")).to_be_hidden()
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))
    expect(page.locator("main")).to_contain_text(re.compile(".{21}", re.DOTALL))


@pytest.mark.parametrize("answer", [weathers.gone, weathers.broken, weathers.busy])
def test_a_view_without_an_answer_says_so_and_comes_by_itself(visit: Callable[..., Visit], answer: Answer) -> None:
    for new, address in each(visit):
        with weather(new, answer):
            enter(new, address)
            expect(new.page.locator(".trouble")).to_contain_text(re.compile("Trying again"))
        new.page.evaluate("dispatchEvent(new Event('online'))")
        shows(new.page, address)


def test_a_slow_view_says_that_it_loads(visit: Callable[..., Visit]) -> None:
    for new, address in each(visit):
        with weather(new, weathers.slow):
            enter(new, address)
            new.page.wait_for_function("() => document.querySelector('main.loading')?.dataset.loading")
        shows(new.page, address)


def test_what_may_not_be_seen_says_so_and_offers_a_way_on(visit: Callable[..., Visit]) -> None:
    for new, address in each(visit):
        with weather(new, weathers.refused):
            enter(new, address)
            expect(new.page.get_by_role("alert")).to_contain_text("may not do this")
        new.page.get_by_role("button", name="Try again").click()
        shows(new.page, address)


def test_what_was_deleted_meanwhile_is_said_in_words(visit: Callable[..., Visit]) -> None:
    for new, address in each(visit):
        with weather(new, weathers.deleted):
            enter(new, address)
            expect(new.page.locator(SHOWN)).to_be_visible()
            assert not re.search(r"undefined|null|NaN|\[object", words(new.page)), address
            assert len(words(new.page)) > 20, address
            assert new.page.locator("main a, main button").count() > 0, address


def test_who_is_signed_out_signs_in_and_is_where_they_were(visit: Callable[..., Visit]) -> None:
    new, views = visited(visit)
    for address in views.values():
        with weather(new, weathers.signed_out):
            enter(new, address)
            new.page.get_by_text("You are signed out").wait_for()
        new.page.get_by_label("Your key").fill(new.plant.key(Role.ADMIN))
        new.page.get_by_role("button", name="Sign in").click()
        shows(new.page, address)


def test_names_with_html_in_them_are_texts(visit: Callable[..., Visit]) -> None:
    seen = ""
    for new, address in each(visit):
        with weather(new, weathers.hostile):
            new.go(address)
            seen += words(new.page)
            assert new.page.locator("img[src='x']").count() == 0, address
    assert seen.count(HOSTILE) > len(VIEWS)


def test_a_view_is_the_same_after_loading_again_and_going_back(visit: Callable[..., Visit]) -> None:
    new, views = visited(visit)
    for address in views.values():
        new.go(address)
        new.page.reload()
        shows(new.page, address)
        new.go("detect" if address != "detect" else "admin")
        new.page.go_back()
        shows(new.page, address)
