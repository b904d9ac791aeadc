"""The files of a printed report."""

from collections.abc import Mapping

from chalicelib.daily.domain import PAGE, Picture, PrintedReport
from chalicelib.daily.page import page
from chalicelib.daily.tables import csv_of
from chalicelib.daily.workbook import workbook_of


def files_of(printed: PrintedReport, pictures: Mapping[str, Picture]) -> dict[str, bytes]:
    """The page, the CSV file and the workbook, by name."""
    return {
        PAGE: page(printed, pictures),
        "report.csv": csv_of(printed.report),
        "report.xlsx": workbook_of(printed.report),
    }
