"""A report as a workbook for Excel: a sheet for each table."""

from datetime import datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from chalicelib.daily.domain import DayReport
from chalicelib.daily.table import Table, Value
from chalicelib.daily.tables import SHARES, tables
from chalicelib.reports.xlsx import PLAIN

_WIDEST = 60
"""Characters of a column."""


def workbook_of(report: DayReport) -> bytes:
    """The same report makes the same bytes: the file is dated by the day of the report."""
    file = BytesIO()
    with Workbook(file, PLAIN | {"in_memory": True}) as book:
        day = datetime.combine(report.day, time())
        book.set_properties({"title": f"{report.project or 'All projects'}, {report.day}", "created": day})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "share": book.add_format({"num_format": "0.00 %"}),
            "count": book.add_format({"num_format": "#,##0"}),
        }
        for table in tables(report):
            _sheet(book, table, formats)
    return file.getvalue()


def _sheet(book: Any, table: Table, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(table.name)
    for at, name in enumerate(table.columns):
        sheet.write_string(0, at, name, formats["head"])
        texts = [name, *(str(row[at]) for row in table.rows if isinstance(row[at], str))]
        sheet.set_column(at, at, min(_WIDEST, max(map(len, texts)) + 3))
    for down, row in enumerate(table.rows, start=1):
        for at, value in enumerate(row):
            _cell(sheet, (down, at), value, formats["share" if table.columns[at] in SHARES else "count"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cell(sheet: Any, at: tuple[int, int], value: Value, number: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*at, value)
    elif value is not None:
        sheet.write_number(*at, value, number)
