"""The files of the page, and the edition that they make together.

The address of a file has the digest of all files in it: what an address holds never changes and may be cached for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import quote

from chalicelib.page.bundle import bundle

INDEX = "index.html"
SCRIPT = "app.js"
STYLE, NARROW = "style.css", "narrow.css"
"""The first and the last of the styles: those of all views, and what small screens have instead."""
ICON = "icon.svg"
TYPES = {".css": "text/css", ".js": "text/javascript"}
STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class PageFiles:
    """The files of a folder, read on first use."""

    folder: Path = STATIC

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """The scripts by name, as they are written."""
        return {each.name: each.read_text() for each in sorted(self.folder.glob("*.js"))}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The files that the page asks for, by name: all scripts are one, and so are all styles."""
        styles = {each.name: each.read_text() for each in sorted(self.folder.glob("*.css"))}
        ordered = [styles.pop(STYLE), *(styles[name] for name in styles if name != NARROW), styles[NARROW]]
        return {SCRIPT: bundle(self.modules), STYLE: "".join(ordered)}

    @cached_property
    def edition(self) -> str:
        """The first 16 hex digits of SHA-256 over the names and contents."""
        content = "".join(f"{name}\0{text}\0" for name, text in self.texts.items())
        return sha256(content.encode()).hexdigest()[:16]

    def index(self, login: str, client: str) -> str:
        """The HTML file; its addresses are relative to `/page` and name the edition.

        `login` is where people sign in, and `client` the page as the login knows it; both are empty without one.
        """
        text = (self.folder / INDEX).read_text()
        icon = f"data:image/svg+xml,{quote((self.folder / ICON).read_text())}"
        for name, value in {"EDITION": self.edition, "LOGIN": login, "CLIENT": client, "ICON": icon}.items():
            text = text.replace(name, escape(value))
        return text
