"""The week of a shift calendar as a drawing: a row a day, the hours of the plant's clock from left to right."""

from collections.abc import Iterator, Sequence
from html import escape

from chalicelib.shifts.decision import Source
from linewatch.operate.week_view import Bar, Row

_LEFT, _HOUR, _TOP, _ROW, _BAR = 96, 24, 56, 40, 16
_RIGHT = _LEFT + 24 * _HOUR
WIDTH = _RIGHT + 24
_LINE = 16
_MARKS = range(0, 25, 3)
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c2128; }
.title { font-size: 16px; font-weight: 600; } .quiet { fill: #6a737d; font-size: 11px; }
.grid { stroke: #d8dee4; stroke-width: 1; } .now { stroke: #cf222e; stroke-width: 1.5; }
.hosted { fill: #24558f; } .asked { fill: url(#asked); stroke: #24558f; } .stripe { stroke: #24558f; stroke-width: 3; }
.end { fill: #9a6700; stroke: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #8b949e; } .grid { stroke: #30363d; }
  .hosted { fill: #6ea8ea; } .asked, .stripe { stroke: #6ea8ea; }
  .end { fill: #d4a72c; stroke: #0d1117; }
}
"""


def drawing(title: str, rows: Sequence[Row], sentences: Sequence[str]) -> str:
    """The text of an SVG file. `sentences` stand below, broken into lines."""
    lines = [line for sentence in sentences for line in _broken(sentence)]
    below = _TOP + len(rows) * _ROW + 16
    height = below + _LINE * len(lines) + 40
    parts = [*_hours(), *(part for at, row in enumerate(rows) for part in _day(at, row)), *_legend(below)]
    parts += [_text(_LEFT, below + 28 + _LINE * at, line, "quiet") for at, line in enumerate(lines)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title)}"><style>{_STYLE}</style>'
        '<defs><pattern id="asked" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="stripe" d="M0 0V6"/></pattern></defs>'
        f"{_text(16, 26, title, 'title')}{''.join(parts)}</svg>\n"
    )


def _hours() -> Iterator[str]:
    return (_text(_LEFT + hour * _HOUR, _TOP - 8, f"{hour:02}", "quiet", anchor="middle") for hour in _MARKS)


def _legend(y: int) -> Iterator[str]:
    """What the bars and the line mean."""
    yield _bar(y - 12, Bar(0, 1, Source.CALENDAR)) + _text(_LEFT + 30, y, "hosted", "quiet")
    yield _bar(y - 12, Bar(4, 5, Source.OVERRIDE)) + _text(_LEFT + 126, y, "as a person asked", "quiet")
    yield _now(_LEFT + 11 * _HOUR, y - 15) + _text(_LEFT + 272, y, "now", "quiet")
    yield _end_of_day(_LEFT + 14 * _HOUR, y - 15) + _text(_LEFT + 346, y, "images of the day", "quiet")


def _day(at: int, row: Row) -> Iterator[str]:
    y = _TOP + at * _ROW
    yield f'<path class="grid" d="{"".join(f"M{_LEFT + hour * _HOUR} {y}v{_BAR + 6}" for hour in _MARKS)}"/>'
    yield _text(16, y + _BAR, f"{row.day:%a %d %b}")
    yield from (_bar(y + 3, bar) for bar in row.bars)
    yield from (_end_of_day(_LEFT + hour * _HOUR, y) for hour in row.ends)
    yield _text(_LEFT, y + _BAR + 16, row.notes if len(row.notes) <= 96 else f"{row.notes[:95]}…", "quiet")
    if row.now is not None:
        yield _now(_LEFT + row.now * _HOUR, y)


def _now(x: float, y: float) -> str:
    return f'<path class="now" d="M{x:.1f} {y}v{_BAR + 6}"/>'


def _end_of_day(x: float, y: int) -> str:
    half = _BAR // 2 - 2
    return f'<path class="end" d="M{x:.1f} {y + 5}l{half} {half}l-{half} {half}l-{half} -{half}z"/>'


def _bar(y: int, bar: Bar) -> str:
    kind = "hosted" if bar.source is Source.CALENDAR else "asked"
    width = max((bar.end - bar.begin) * _HOUR, 1)
    return f'<rect class="{kind}" x="{_LEFT + bar.begin * _HOUR:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}"/>'


def _text(x: float, y: float, content: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def _broken(sentence: str, longest: int = 100) -> list[str]:
    lines = [""]
    for word in sentence.split():
        if len(lines[-1]) + len(word) > longest:
            lines.append("")
        lines[-1] += word + " "
    return lines
