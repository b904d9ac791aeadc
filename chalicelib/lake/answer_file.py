"""The rows of an answer as a file in which a spreadsheet finds no formula."""

from chalicelib.lake.export import FileKind
from chalicelib.lake.ports import Rows
from chalicelib.reports.csv_text import as_csv
from chalicelib.reports.xlsx import as_xlsx


def file_of(answer: Rows, kind: FileKind) -> bytes:
    """The file."""
    return {FileKind.CSV: as_csv, FileKind.XLSX: as_xlsx}[kind](answer.names, answer.rows)
