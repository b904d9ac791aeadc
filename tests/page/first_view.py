"""How much the page loads, and how long its first view takes: `python -m tests.page.first_view [LINK]`.

LINK is a sign-in link of a stack that runs, as `linewatch up` prints it. Without one the API is Chalice's local server
in this process, with 100 images behind it.
"""

import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response, sync_playwright

import app
from chalicelib.access.domain import Role
from chalicelib.page.files import PageFiles
from tests.page.conftest import ALONE, CHROMIUM, SIZES
from tests.page.plant import Plant
from tests.page.servers import api, bucket

VIEWS = 5
LARGEST_KB, LONGEST_MS = 200, 1000
"""The goals: all files of the page gzipped, and the first view on the local stack."""


@contextmanager
def links(given: str | None) -> Iterator[Callable[[], str]]:
    """A sign-in link for each view."""
    if given is not None:
        yield lambda: given
        return
    with bucket() as stored:
        plant = Plant(stored)
        plant.morning(100)
        plant.versions()
        app.linewatch = plant.linewatch
        with api(app.app, {}) as url:
            yield lambda: f"{url}/page#key={plant.key(Role.VIEWER)}"


def view(browser: Browser, link: str, width: int) -> tuple[float, dict[str, int]]:
    """Milliseconds until the newest picture and its list are there, and the bytes by what they are."""
    page = browser.new_context(viewport={"width": width, "height": SIZES[width]}).new_page()
    loaded: list[Response] = []
    page.on("response", lambda each: loaded.append(each))  # noqa: PLW0108 - Playwright marks what it calls
    page.goto(link)
    page.locator(".picture image[href]").first.wait_for(state="attached")
    page.locator(".inspections li").first.wait_for()
    took = float(page.evaluate("performance.now()"))
    page.wait_for_load_state("networkidle")
    sizes: dict[str, int] = {}
    for response in loaded:
        what = kind_of(response)
        sizes[what] = sizes.get(what, 0) + len(response.body())
        if what == "answers":
            sizes["answers, gzipped"] = sizes.get("answers, gzipped", 0) + gzipped(response.body())
        if what == "images":
            sizes["number of images"] = sizes.get("number of images", 0) + 1
    page.context.close()
    return took, sizes


def kind_of(response: Response) -> str:
    path = urlsplit(response.url).path
    if "/images/" in path:
        return "images"
    return "files" if "/page" in path else "answers"


def gzipped(content: bytes) -> int:
    return len(gzip.compress(content, 6))


@cache
def files_gzipped() -> int:
    """All that a browser loads of the page once, in bytes."""
    files = PageFiles()
    return sum(gzipped(text.encode()) for text in (files.index("", ""), *files.texts.values()))


def main(given: str | None) -> None:
    plain = sum(len(text.encode()) for text in (PageFiles().index("", ""), *PageFiles().texts.values()))
    print(f"files of the page: {plain / 1000:.0f} kB, gzipped {files_gzipped() / 1000:.1f} kB (goal {LARGEST_KB} kB)")
    with links(given) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        for width in SIZES:
            views = [view(browser, link(), width) for _ in range(VIEWS)]
            took = median(each for each, _ in views)
            print(f"{width} px: first view {took:.0f} ms (goal {LONGEST_MS} ms), {views[-1][1]}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
