"""Names and prose use the field's words: no retired word comes back.

Identifiers are split at underscores and capitals. Comments, string literals, documents and schemas are prose.
"""

import io
import re
import token
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("app.py", "chalicelib", "linewatch", "loadtest", "tests")
PROSE = ("docs/**/*.md", "README.md", "CHANGELOG.md", "schemas/*.json")

OWN = "tests/test_vocabulary.py"
"""This file has the tables, so it is not checked."""

NOT_YET: tuple[str, ...] = ()
"""Folders that still have retired words."""

RETIRED = {
    "tell": "log, print, publish, send, say, to_dict",
    "tells": "log, print, publish, send, say, to_dict",
    "told": "log, print, publish, send, say, to_dict",
    "telling": "log, print, publish, send, say, to_dict",
    "fate": "status, outcome",
    "fates": "statuses, outcomes",
    "judgement": "prediction, inspection",
    "judgements": "predictions, inspections",
    "whereabouts": "settings",
    "redrivable": "redrive route",
    "rehearsal": "replay",
    "rehearsed": "replayed",
    "patience": "retry, the number of seconds",
    "mates": "the other images of the batch",
    "reckoning": "calculation",
    "affair": "the responsibility",
}
"""Retired words, in identifiers and in prose, and the words to use."""

RETIRED_NAMES = {
    "finding": "Prediction, Inspection",
    "findings": "predictions, inspections",
    "answering": "responses",
    "authorizing": "access_keys",
    "habits": "options, settings",
    "notices": "notifications",
    "showing": "progress",
    "soundness": "validation",
    "triggers": "handlers",
    "fact": "event",
    "facts": "events",
    "letter": "dead_letter",
    "letters": "dead_letters",
    "tally": "request_counter",
}
"""Words that are retired only as parts of identifiers: in prose they also have ordinary meanings."""

RETIRED_PHRASES = {
    r"(?<!dead[- ])letter box(?:es)?": "dead-letter queue",
    r"leave to upload": "presigned URL",
    r"none that was given out": "not a value that this API returned",
}
"""Retired phrases, as regular expressions."""

ALLOWED = {
    "linewatch/commands/trace.py": ({"told"}, "a field of `trace --json`"),
    "tests/emulator/test_trace.py": ({"told"}, "a field of `trace --json`"),
    "linewatch/commands/camera.py": ({"fates"}, "a field of `camera --json`"),
    "tests/camera/test_command.py": ({"fates"}, "a field of `camera --json`"),
}
"""File to its allowed words, and why they stay."""

_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORD = re.compile(r"[a-z]+")
_LETTERS = {*RETIRED, *RETIRED_NAMES}
_DEAD = re.compile(r"dead_?letter", re.IGNORECASE)


@dataclass(frozen=True)
class RetiredWord:
    """A retired word in a file; `line` counts from 1."""

    file: str
    line: int
    word: str
    use: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.word!r} is retired, use: {self.use}"


def _in_name(name: str) -> Iterator[tuple[str, str]]:
    for part in _SPLIT.findall(_DEAD.sub("", name)):
        word = part.lower()
        if use := RETIRED.get(word) or RETIRED_NAMES.get(word):
            yield word, use


def _in_prose(text: str) -> Iterator[tuple[str, str]]:
    text = text.lower()
    for word in _WORD.findall(text):
        if word in RETIRED:
            yield word, RETIRED[word]
    for phrase, use in RETIRED_PHRASES.items():
        for match in re.finditer(phrase, text):
            yield match[0], use


def _in_code(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, word, what to use) in the identifiers, comments and strings of a module."""
    for each in tokenize.generate_tokens(io.StringIO(source).readline):
        if each.type == token.NAME:
            yield from ((each.start[0], *word) for word in _in_name(each.string))
        elif each.type in {token.STRING, token.COMMENT, token.FSTRING_MIDDLE}:
            yield from _in_lines(each.string, each.start[0])


def _in_lines(text: str, first: int = 1) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), first):
        yield from ((number, *word) for word in _in_prose(line))


def retired_words(root: Path) -> list[RetiredWord]:
    """All retired words below `root` that no exception allows."""
    return [
        RetiredWord(file, line, word, use)
        for file, path in _files(root)
        for line, word, use in _in_file(path.read_text(), is_code=path.suffix == ".py")
        if word not in ALLOWED.get(file, (set(), ""))[0]
    ]


def _in_file(text: str, *, is_code: bool) -> Iterator[tuple[int, str, str]]:
    """Files that have the letters of no retired word or phrase, which are most, need no closer look."""
    lower = text.lower()
    if any(word in lower for word in _LETTERS) or any(re.search(phrase, lower) for phrase in RETIRED_PHRASES):
        yield from (_in_code if is_code else _in_lines)(text)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    modules = (path for name in CODE for path in [root / name, *(root / name).rglob("*.py")] if path.suffix == ".py")
    documents = (path for pattern in PROSE for path in root.glob(pattern))
    for path in sorted({*modules, *documents}):
        file = path.relative_to(root).as_posix()
        if (
            path.is_file()
            and file != OWN
            and not any(file == skipped or file.startswith(f"{skipped}/") for skipped in NOT_YET)
        ):
            yield file, path


def test_no_retired_word_is_in_use() -> None:
    words = retired_words(ROOT)
    assert not words, "\n" + "\n".join(map(str, words))


@pytest.mark.parametrize("file", ALLOWED)
def test_every_exception_is_still_needed(file: str) -> None:
    words = {word for _, word, _ in _in_code((ROOT / file).read_text())}
    assert ALLOWED[file][0] & words


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("def send(tell_all: int) -> None: ...", "tell"),
        ("class ImageFinding: ...", "finding"),
        ("'''The fate of an image.'''", "fate"),
        ("# nobody was told", "told"),
        ("x = f'{1} images told'", "told"),
        ("import a.letter_box", "letter"),
        ('raise ValueError("it has leave to upload")', "leave to upload"),
    ],
)
def test_a_planted_word_is_reported_with_its_file_and_line(tmp_path: Path, content: str, word: str) -> None:
    (tmp_path / "app.py").write_text(f"\n{content}\n")
    [found] = retired_words(tmp_path)
    assert (found.file, found.line, found.word) == ("app.py", 2, word)
    assert str(found).startswith(f"app.py:2: '{word}' is retired, use: ")


def test_a_planted_word_in_a_document_is_reported(tmp_path: Path) -> None:
    (tmp_path / "docs" / "guide").mkdir(parents=True)
    (tmp_path / "docs" / "guide" / "alerts.md").write_text("# Alerts\n\nPeople are told.\n")
    assert [(each.file, each.line) for each in retired_words(tmp_path)] == [("docs/guide/alerts.md", 3)]


@pytest.mark.parametrize(
    "content", ["class DeadLetter: ...", "dead_letters = 1", "'''1 to 64 letters'''", "judged = 1"]
)
def test_words_that_are_not_retired_are_accepted(tmp_path: Path, content: str) -> None:
    (tmp_path / "app.py").write_text(f"{content}\n")
    assert retired_words(tmp_path) == []
