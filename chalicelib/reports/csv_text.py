"""CSV files that a spreadsheet opens without running anything."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet may run a text that begins with one of these; the last four are the first ones in full width.

Source: OWASP, "CSV Injection".
"""


_AFTER_A_SEPARATOR = re.compile(r"(?!^)([;\t\r\n][\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where, within a text, a spreadsheet set to semicolons, as in much of Europe, begins another cell."""


def as_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8. An apostrophe goes before a text that a spreadsheet would run as a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, names))
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    safe = _AFTER_A_SEPARATOR.sub(r"\1'", text)
    return f"'{safe}" if text.startswith(A_FORMULA) else safe
