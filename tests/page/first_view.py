"""How much the page loads, and how long its first view takes: `python -m tests.page.first_view [STACK]`.

STACK is the name of a local stack that runs and had images in the last 24 hours. Without one the API is Chalice's local
server in this process, with 100 images behind it.
"""

import gzip
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from statistics import median
from typing import TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request, Response, sync_playwright

import app
from chalicelib.access.domain import Role
from chalicelib.page.files import PageFiles
from tests.page.conftest import ALONE, CHROMIUM, SIZES
from tests.page.plant import Plant
from tests.page.servers import api, bucket
from tests.page.stacks import sign_in_links

VIEWS = 5
LATER_MS = 1000
"""The first view is there, and what is near the screen is still on its way."""
LARGEST_KB, LONGEST_MS = 200, 1000
"""The goals: all files of the page gzipped, and the first view on the local stack."""

WATCH = """
const look = () => document.querySelector(".inspections li") && (window.listed ??= performance.now());
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""
"""Notes the milliseconds since the navigation at which the list is there."""

SEEN = """() => {
    const address = document.querySelector(".picture image[href]")?.getAttribute("href");
    const picture = address && performance.getEntriesByName(address)[0];
    return picture?.responseEnd > 0 && window.listed && Math.max(picture.responseEnd, window.listed);
}"""
"""The milliseconds at which the list is there and the newest picture is loaded, when both are."""

LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(({ name, startTime, responseEnd }) => ({ name, start: startTime, end: responseEnd }))"""


class Loaded(TypedDict):
    """A request: its address, and its begin and end in milliseconds since the navigation."""

    name: str
    start: float
    end: float


@contextmanager
def links(stack: str | None) -> Iterator[Callable[[], str]]:
    """A sign-in link for each view."""
    if stack is not None:
        yield sign_in_links(stack)
        return
    with bucket() as stored:
        plant = Plant(bucket=stored)
        plant.morning(100)
        plant.versions()
        app.linewatch = plant.linewatch
        with api(app.app, {}) as url:
            yield lambda: f"{url}/page#{plant.link(Role.VIEWER)}"


def view(browser: Browser, link: str, width: int) -> tuple[float, list[Loaded], dict[str, int]]:
    """Milliseconds until the newest picture and its list are there, the requests until then, and the bytes of all."""
    page = browser.new_context(viewport={"width": width, "height": SIZES[width]}).new_page()
    page.add_init_script(WATCH)
    ended: list[Request] = []
    page.on("requestfinished", lambda each: ended.append(each))  # noqa: PLW0108 - Playwright marks what it calls
    page.goto(link)
    took = float(page.wait_for_function(SEEN).json_value())
    page.wait_for_timeout(LATER_MS)
    loaded = [response for each in list(ended) if (response := each.response()) is not None]
    requests: list[Loaded] = [each for each in page.evaluate(LOADED) if each["start"] < took]
    sizes: dict[str, int] = {}
    for response in loaded:
        what = kind_of(response)
        sizes[what] = sizes.get(what, 0) + len(response.body())
        if what == "answers":
            sizes["answers, gzipped"] = sizes.get("answers, gzipped", 0) + gzipped(response.body())
        if what == "images":
            sizes["number of images"] = sizes.get("number of images", 0) + 1
    page.context.close()
    return took, requests, sizes


def one_after_the_other(requests: Iterable[Loaded]) -> int:
    """The most requests of which each began after the one before it had ended."""
    count, end = 0, -1.0
    for each in sorted(requests, key=lambda each: each["end"]):
        if each["start"] >= end:
            count, end = count + 1, each["end"]
    return count


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


def main(stack: str | None) -> None:
    plain = sum(len(text.encode()) for text in (PageFiles().index("", ""), *PageFiles().texts.values()))
    print(f"files of the page: {plain / 1000:.0f} kB, gzipped {files_gzipped() / 1000:.1f} kB (goal {LARGEST_KB} kB)")
    with links(stack) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        for width in SIZES:
            views = [view(browser, link(), width) for _ in range(VIEWS)]
            took = [each for each, _, _ in views]
            _, requests, sizes = views[-1]
            print(
                f"{width} px at load {os.getloadavg()[0]:.1f}: first view {median(took):.0f} ms (goal {LONGEST_MS} ms)"
            )
            print(f"  each: {', '.join(f'{each:.0f}' for each in took)} ms; {sizes}")
            print(f"  {len(requests)} requests, {one_after_the_other(requests)} of them one after the other")
        for each in requests:
            print(f"  {each['start']:6.0f} to {each['end']:6.0f} ms  {urlsplit(each['name']).path}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
