"""What the page does when the API is slow, and when a line has very many images."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import expect

from tests.page.conftest import Visit

ROWS = ".inspections li"
MANY = 10_000


def test_a_slow_api_shows_the_shape_of_what_comes_and_then_what_comes(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    new.delays["/inspections?"] = 3
    new.sign_in()
    expect(new.page.locator(".live.loading")).to_be_visible()
    expect(new.page.locator(ROWS)).to_have_count(3)
    expect(new.page.locator(".live.loading")).to_have_count(0)


def test_ten_thousand_images_of_a_line_are_counted_and_the_newest_listed(visit: Callable[..., Visit]) -> None:
    """Each row is a whole image: only those near the screen are loaded."""
    new = visit()
    newest = new.plant.inspect("part-0")
    for number in range(1, MANY):
        at = newest.captured_at - timedelta(milliseconds=number)
        older = replace(newest, inspection_id=f"{number:032x}", captured_at=at)
        new.plant.inspections.items[older.inspection_id, older.run] = older
    new.sign_in(to="live/line-1")
    expect(new.page.locator(ROWS)).to_have_count(100)
    expect(new.page.locator(".figures")).to_contain_text("10,000 normal")
    new.page.locator(".thumbnail[src]").nth(5).wait_for()
    assert new.page.locator(".thumbnail[src]").count() < 40
    new.page.locator(ROWS).last.scroll_into_view_if_needed()
    expect(new.page.locator(".thumbnail").last).to_have_attribute("src", re.compile("/images/"))
