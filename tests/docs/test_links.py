"""A reader of the documents meets no broken link and no picture that is missing."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ELSEWHERE = ("http://", "https://", "mailto:")


def links(document: Path) -> list[str]:
    """The targets of all links and pictures that lead to a file of the project or to a heading."""
    prose = re.sub(r"^ *```.*?^ *```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if not target.startswith(ELSEWHERE)]


def anchors(document: Path) -> set[str]:
    """The names that GitHub gives the document's headings."""
    headings = re.findall(r"^#+ +(.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in links(document):
        path, _, anchor = unquote(target).partition("#")
        found = document.parent / path if path else document
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        found = waiting.pop()
        pages = sorted(found.glob("*.md")) if found.is_dir() else [found]
        for page in pages:
            if page not in reached and page.suffix == ".md" and page.exists():
                reached.add(page)
                waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links(page)]
    assert set(DOCUMENTS) - reached == set()
