"""The page in a real browser, with the plant behind it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

import app
from chalicelib.access.domain import Role
from tests.page.plant import PROJECT, Plant
from tests.page.servers import api, bucket

SIZES = {390: 844, 1280: 800, 1920: 1080}
"""Widths and heights of a phone, a laptop and a screen on the wall, in CSS px."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ALONE = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


TIMEOUT = 60_000
"""Milliseconds: a busy machine is slow."""
expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a browser is run in a step of its own."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", []):
            item.add_marker("browser")


TILES_SHOWN = """() => [...document.querySelectorAll(".tile img")].every(
  (each) => each.naturalWidth || each.getBoundingClientRect().top > innerHeight)"""


@dataclass
class Visit:
    """A person at a browser. `troubles` are errors of the page's scripts, and what its policy refused."""

    page: Page
    plant: Plant
    url: str
    delays: dict[str, float]
    troubles: list[str] = field(default_factory=list)

    def sign_in(self, role: Role = Role.ADMIN, to: str = "") -> None:
        """Enter by a sign-in link, then go to an address."""
        self.page.goto("about:blank")  # whoever was signed in before has left the page
        self.page.goto(f"{self.url}/page#{self.plant.link(role)}")
        self.page.locator("nav").wait_for()
        if to:
            self.go(to)

    def go(self, to: str) -> None:
        """An address behind the project."""
        self.page.evaluate("to => { location.hash = to }", f"#/{PROJECT}/{to}")
        self.page.wait_for_function("() => document.querySelector('main') && !document.querySelector('.loading')")

    def look(self, name: str) -> None:
        """A screenshot for people to look at, with the pictures of the tiles that it shows."""
        folder = Path("build/page")
        folder.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_function(TILES_SHOWN)
        self.page.screenshot(path=folder / f"{name}-{self.page.viewport_size['width']}.png")  # type: ignore[index]


def _is_trouble(message: ConsoleMessage) -> bool:
    """An answer that is an error is none of the page: it says so to the person."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Visit]]:
    """Begins a visit; the options are those of a browser's context."""
    delays: dict[str, float] = {}
    with bucket() as stored:
        plant = Plant(bucket=stored)
        monkeypatch.setattr(app, "linewatch", plant.linewatch)
        visits: list[Visit] = []
        with api(app.app, delays) as url:

            def begin(width: int = 1280, **options: object) -> Visit:
                given = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"} | options
                context = browser.new_context(viewport={"width": width, "height": SIZES[width]}, **given)  # type: ignore[arg-type]
                context.set_default_timeout(TIMEOUT)
                new = Visit(context.new_page(), plant, url, delays)
                new.page.on("pageerror", lambda error: new.troubles.append(str(error)))
                new.page.on("console", lambda each: new.troubles.append(each.text) if _is_trouble(each) else None)
                visits.append(new)
                return new

            yield begin
            for each in visits:
                each.page.context.close()
        assert [trouble for each in visits for trouble in each.troubles] == []
