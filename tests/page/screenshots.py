"""Pictures of every view for people to judge: `python -m tests.page.screenshots [VIEW ...]` writes build/page/.

At the sizes of a phone, a laptop and a screen on the wall, light and dark, and the dark ones in German too. With the
argument `readme` it draws the pictures of the README anew.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

import app
from chalicelib.access.domain import Role
from tests.page.conftest import ALONE, CHROMIUM, SIZES
from tests.page.plant import PROJECT, Plant
from tests.page.servers import api, bucket
from tests.page.views import addresses

LOOKS = [("light", "en-GB"), ("dark", "en-GB"), ("dark", "de-DE")]
FOLDER = Path("build/page")
README = {"page-live": ("live", 1120, 700), "page-card": ("card", 390, 844), "page-wall": ("wall", 1120, 630)}
"""Each picture's view, width and height, in CSS px."""
COLOURS = 128
PAINTED = 700
"""Milliseconds until what a view asks for later, and pages within it, are painted."""

type Open = Callable[..., Page]


@contextmanager
def opened() -> Iterator[tuple[Open, dict[str, str]]]:
    """A function that opens a page signed in, and the addresses of all views."""
    with bucket() as stored, sync_playwright() as playwright:
        plant = Plant(bucket=stored)
        views = addresses(plant)
        app.linewatch = plant.linewatch
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        with api(app.app, {}) as url:

            def open_page(width: int, height: int, scheme: str = "light", locale: str = "en-GB") -> Page:
                options = {"color_scheme": scheme, "locale": locale, "timezone_id": "Europe/Berlin"}
                size: ViewportSize = {"width": width, "height": height}
                page = browser.new_page(viewport=size, reduced_motion="reduce", **options)  # type: ignore[arg-type]
                page.goto(f"{url}/page#{plant.link(Role.ADMIN)}")
                page.locator("nav").wait_for()
                return page

            yield open_page, views
        browser.close()


def show(page: Page, address: str) -> None:
    """Goes to a view and waits for all of it."""
    page.evaluate("to => { location.hash = to }", f"#/{PROJECT}/{address}")
    page.wait_for_function("() => document.querySelector('main') && !document.querySelector('.loading')")
    page.wait_for_timeout(PAINTED)


def all_views(chosen: list[str]) -> None:
    with opened() as (open_page, views):
        for (scheme, locale), (width, height) in product(LOOKS, SIZES.items()):
            page = open_page(width, height, scheme, locale)
            for name in chosen or views:
                show(page, views[name])
                page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}-{locale[:2]}.png")
            page.close()


def readme() -> None:
    with opened() as (open_page, views):
        for name, (view, width, height) in README.items():
            page = open_page(width, height)
            show(page, views[view])
            path = Path("docs/images") / f"{name}.png"
            page.screenshot(path=path)
            page.close()
            with Image.open(path) as picture:
                exact = picture.convert("RGB")
            fewer = exact.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            fewer.save(path, optimize=True)
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] == ["readme"]:
        readme()
    else:
        all_views(sys.argv[1:])
