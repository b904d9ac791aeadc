"""A file of the rows of a query."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class RowsFile:
    """A file to write; `kind` is csv, xlsx or parquet. In none of them does a spreadsheet find a formula."""

    path: Path
    kind: str

    def content(self, names: Sequence[str], answer: "DuckDBPyConnection") -> bytes:
        """The rows of an answer, under these names. Raises `click.ClickException` if a workbook cannot hold them."""
        if self.kind == "parquet":
            return _parquet(names, answer)
        if self.kind == "csv":
            from chalicelib.reports.csv_text import as_csv

            return as_csv(names, answer.fetchall())
        from chalicelib.reports.xlsx import TooManyRows, as_xlsx

        try:
            return as_xlsx(names, answer.fetchall())
        except TooManyRows as error:
            raise click.ClickException(f"{error}: use --csv or --parquet") from error


def _parquet(names: Sequence[str], answer: "DuckDBPyConnection") -> bytes:
    """With the types of the query's columns."""
    from pyarrow.parquet import write_table

    with warnings.catch_warnings(action="ignore"):  # DuckDB warns that it copies the rows
        table = answer.to_arrow_table()
    assert table is not None
    file = BytesIO()
    write_table(table.rename_columns(list(names)), file, compression="zstd")
    return file.getvalue()
