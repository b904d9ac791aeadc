"""Workbooks for Excel that a spreadsheet opens without running anything."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import Any

from xlsxwriter import Workbook

MOST_ROWS = 1_048_576
"""Of a sheet, with the one of the names; Excel's limit."""
LONGEST_TEXT = 32_767
"""Characters of a cell; Excel's limit."""
_EXACT = 2**53
"""Excel keeps whole numbers exactly up to this."""
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A text stays a text, whatever it begins with."""


class TooManyRows(ValueError):
    """A sheet cannot hold them."""


def as_xlsx(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet, with the names of the columns first. Each cell says whether it is a text or a number.

    Times are text in the form of ISO 8601, and so is a number that Excel would round. Raises `TooManyRows`.
    """
    file = BytesIO()
    with Workbook(file, PLAIN | {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for down, row in enumerate((names, *rows)):
            if down >= MOST_ROWS:
                raise TooManyRows(f"a sheet has at most {MOST_ROWS - 1:,} rows")
            for at, value in enumerate(row):
                _cell(sheet, down, at, value)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def _cell(sheet: Any, down: int, at: int, value: object) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(down, at, value)
    elif isinstance(value, int | float | Decimal) and isfinite(value) and -_EXACT <= value <= _EXACT:
        sheet.write_number(down, at, value)
    elif value is not None:
        text = value.isoformat() if isinstance(value, date | datetime) else str(value)
        sheet.write_string(down, at, text[:LONGEST_TEXT])
