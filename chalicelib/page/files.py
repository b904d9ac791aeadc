"""The files of the page, and the edition that they make together.

Modules import each other by relative addresses. So one edition is one folder of the address, named by the digest of all
its files: whatever is in it never changes and may be cached for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

INDEX = "index.html"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class PageFiles:
    """The files of a folder, read on first use."""

    folder: Path = STATIC

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The files by name, without the index."""
        return {each.name: each.read_text() for each in sorted(self.folder.iterdir()) if each.suffix in TYPES}

    @cached_property
    def edition(self) -> str:
        """The first 16 hex digits of SHA-256 over the names and contents."""
        content = "".join(f"{name}\0{text}\0" for name, text in self.texts.items())
        return sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def index(self) -> str:
        """The HTML file; its addresses are relative to `/page` and name the edition."""
        preloads = "\n".join(
            f'<link rel="modulepreload" href="page/EDITION/{name}">' for name in self.texts if name.endswith(".js")
        )
        html = (self.folder / INDEX).read_text().replace("PRELOADS", preloads)
        return html.replace("EDITION", self.edition)
