"""The week of a shift calendar as text: a row a day, a character for half an hour."""

from collections.abc import Iterator

from chalicelib.shifts.decision import Source
from linewatch.operate.week_view import Row

CELLS = 48
_MARK = {Source.CALENDAR: "█", Source.OVERRIDE: "▓", Source.BY_HAND: "▓"}
_STOPPED, _NOW = "·", "│"
_DAY = 12


def strip(rows: list[Row]) -> Iterator[str]:
    """The lines."""
    yield " " * _DAY + "".join(f"{hour:<6}" for hour in range(0, 24, 3)) + "24"
    for row in rows:
        says = ", ".join([*row.shifts, *(f"closed: {each}" for each in row.closed)])
        yield f"{row.day:%a %d %b}  ".ljust(_DAY) + _cells(row) + "  " + says
    yield f"{'':{_DAY}}{_MARK[Source.CALENDAR]} hosted   {_MARK[Source.OVERRIDE]} as a person asked   {_NOW} now"


def _cells(row: Row) -> str:
    cells = [_STOPPED] * CELLS
    for bar in row.bars:
        for cell in range(CELLS):
            if min(bar.end, (cell + 1) / 2) - max(bar.begin, cell / 2) >= 0.25:
                cells[cell] = _MARK[bar.source]
    if row.now is not None:
        cells[min(int(row.now * 2), CELLS - 1)] = _NOW
    return "".join(cells)
