"""The week of a shift calendar as text: a row a day, a character for half an hour."""

from collections.abc import Iterator

from chalicelib.shifts.decision import Source
from linewatch.operate.week_view import Row

CELLS = 48
_MARK = {Source.CALENDAR: "█", Source.OVERRIDE: "▓", Source.BY_HAND: "▓"}
_STOPPED, _END_OF_DAY, _NOW = "·", "◆", "│"
_DAY = 12


def strip(rows: list[Row]) -> Iterator[str]:
    """The lines."""
    yield " " * _DAY + "".join(f"{hour:<6}" for hour in range(0, 24, 3)) + "24"
    for row in rows:
        yield f"{row.day:%a %d %b}  ".ljust(_DAY) + _cells(row) + "  " + row.notes
    ends = f"{_END_OF_DAY} images of the day   " if any(row.ends for row in rows) else ""
    yield f"{'':{_DAY}}{_MARK[Source.CALENDAR]} hosted   {_MARK[Source.OVERRIDE]} as a person asked   {ends}{_NOW} now"


def _cells(row: Row) -> str:
    cells = [_STOPPED] * CELLS
    for bar in row.bars:
        for cell in range(CELLS):
            if min(bar.end, (cell + 1) / 2) - max(bar.begin, cell / 2) >= 0.25:
                cells[cell] = _MARK[bar.source]
    marks = [*((each, _END_OF_DAY) for each in row.ends), *([] if row.now is None else [(row.now, _NOW)])]
    for hour, mark in marks:
        cells[min(int(hour * 2), CELLS - 1)] = mark
    return "".join(cells)
