"""Each view at the size of a phone, a laptop and a screen on the wall: it fits, and axe finds nothing."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.page.conftest import SIZES, Visit
from tests.page.views import addresses

LOOKS = [*((width, "light", "en-GB") for width in SIZES), (390, "dark", "de-DE"), (1280, "dark", "de-DE")]


def violations(visit: Visit) -> list[str]:
    """What axe finds, with the elements, and whether the page is wider than the screen."""
    found = Axe().run(visit.page).response["violations"]
    wider = visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]] + ["wider"] * wider


@pytest.mark.parametrize(("width", "scheme", "locale"), LOOKS)
def test_each_view_fits_and_everybody_can_use_it(
    visit: Callable[..., Visit], width: int, scheme: str, locale: str
) -> None:
    new = visit(width, color_scheme=scheme, locale=locale)
    views = addresses(new.plant)
    new.sign_in()
    found = {}
    for name, address in views.items():
        new.go(address)
        new.look(f"{name}-{scheme}-{locale[:2]}")
        found[name] = violations(new)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_fits_and_everybody_can_use_it(visit: Callable[..., Visit], width: int, scheme: str) -> None:
    new = visit(width, color_scheme=scheme)
    new.page.goto(f"{new.url}/page#/plates/live/line-1")
    new.page.get_by_label("Your key").wait_for()
    new.look(f"sign-in-{scheme}")
    assert violations(new) == []
