"""The rows of an answer as a file in which a spreadsheet finds no formula."""

from chalicelib.lake.ports import FileKind, Rows
from chalicelib.reports.csv_text import as_csv
from chalicelib.reports.xlsx import as_xlsx


def file_of(answer: Rows, kind: FileKind) -> bytes:
    """The file."""
    return (as_csv if kind == "csv" else as_xlsx)(answer.names, answer.rows)
