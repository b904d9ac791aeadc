"""The lines of an iCalendar file with their numbers, as components. Source: RFC 5545, sections 3.1 and 3.6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.core.errors import InvalidRequest

_content_line = re.compile(r"([A-Za-z0-9-]+)[;:]")
_fold_in_character = re.compile(rb"\r?\n[ \t](?=[\x80-\xbf])")
_LONGEST_SHOWN = 40
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A content line in one piece: the number of the line of the file on which it begins, and its name in capitals."""

    number: int
    name: str
    text: str


@dataclass(slots=True)
class Component:
    """A component, such as VEVENT, with its own lines and the components in it."""

    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)


def broken(number: int, message: str) -> InvalidRequest:
    """The error that names a line of the file. It is stored and answered, so what it quotes of the file is cut."""
    return InvalidRequest((f"line {number}", message[:_LONGEST_MESSAGE]))


def calendars(content: bytes) -> list[Component]:
    """The VCALENDAR components of a file, which may have several. `InvalidRequest` names the line that is wrong."""
    root = Component("", 0)
    path = [root]
    for line in _lines(content):
        if line.name == "BEGIN":
            _begin(path, line)
        elif line.name == "END":
            _end(path, line)
        elif len(path) == 1:
            raise broken(line.number, f"expected BEGIN:VCALENDAR, found {shown(line.text)}")
        else:
            path[-1].lines.append(line)
    if len(path) > 1:
        raise broken(path[-1].number, f"BEGIN:{path[-1].name} has no END: the file is not complete")
    if not root.components:
        raise broken(1, "the file is empty: expected BEGIN:VCALENDAR")
    return root.components


def _begin(path: list[Component], line: Line) -> None:
    name = _value(line)
    if (len(path) == 1) != (name == "VCALENDAR"):
        raise broken(line.number, f"BEGIN:{name} is not at its place")
    component = Component(name, line.number)
    path[-1].components.append(component)
    path.append(component)


def _end(path: list[Component], line: Line) -> None:
    name = _value(line)
    if len(path) == 1 or path[-1].name != name:
        expected = "BEGIN:VCALENDAR" if len(path) == 1 else f"END:{path[-1].name}"
        raise broken(line.number, f"expected {expected}, found END:{name}")
    path.pop()


def _value(line: Line) -> str:
    return line.text.partition(":")[2].strip().upper()


def _lines(content: bytes) -> Iterator[Line]:
    for number, raw in _unfolded(content.removeprefix(b"\xef\xbb\xbf")):
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise broken(number, "is not UTF-8: save or export the calendar as UTF-8") from error
        match = _content_line.match(text)
        if match is None:
            raise broken(number, f"is not a line of a calendar: {shown(text)}")
        yield Line(number, match[1].upper(), text)


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """A line that begins with white space goes on the line before, even within a character."""
    number, parts = 0, list[bytes]()
    for at, raw in enumerate(content.split(b"\n"), start=1):
        line = raw.removesuffix(b"\r")
        if line[:1] in (b" ", b"\t") and parts:
            parts.append(line[1:])
        elif line.strip():
            if parts:
                yield number, b"".join(parts)
            number, parts = at, [line]
    if parts:
        yield number, b"".join(parts)


def text_of(content: bytes) -> str:
    """The text of a file that was read, without the line breaks that are within a character."""
    return _fold_in_character.sub(b"", content).decode()


def shown(text: str) -> str:
    """The beginning of a text, for messages."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")
