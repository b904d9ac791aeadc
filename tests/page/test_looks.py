"""Each view at the size of a phone, a laptop and a screen on the wall: it fits, and axe finds nothing."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.page.conftest import SIZES, Visit
from tests.page.views import VIEWS, addresses


def violations(visit: Visit) -> list[str]:
    """What axe finds, with the elements."""
    found = Axe().run(visit.page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def opened(visit: Visit, view: str) -> None:
    visit.sign_in(to=addresses(visit.plant)[view])


def wider(visit: Visit) -> bool:
    return bool(visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_and_everybody_can_use_it(visit: Callable[..., Visit], view: str, width: int) -> None:
    new = visit(width)
    opened(new, view)
    new.look(view)
    assert not wider(new)
    assert violations(new) == []


@pytest.mark.parametrize(
    "view", ["live", "card", "review", "models", "detect", "comparison", "dataset", "threshold", "admin"]
)
def test_a_view_is_as_good_in_the_dark_and_in_german(visit: Callable[..., Visit], view: str) -> None:
    new = visit(1280, color_scheme="dark", locale="de-DE")
    opened(new, view)
    new.look(f"{view}-dark-de")
    assert not wider(new)
    assert violations(new) == []


@pytest.mark.parametrize("width", SIZES)
def test_signing_in_fits_and_everybody_can_use_it(visit: Callable[..., Visit], width: int) -> None:
    new = visit(width)
    new.page.goto(f"{new.url}/page#/plates/live/line-1")
    new.page.get_by_label("Your key").wait_for()
    new.look("sign-in")
    assert not wider(new)
    assert violations(new) == []
