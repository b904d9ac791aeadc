"""The SQL of the lake: its views, and a named query for each chart. The same text runs in DuckDB and in Athena."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"
_COMMENT = "-- "


@dataclass(frozen=True, slots=True)
class Query:
    """One statement. `description` is its first line; a named query has the parameters of `parameters`, in order."""

    name: str
    description: str
    sql: str


def parameters(first: date, last: date, project: str = "") -> list[str]:
    """The parameters of each named query: first and last day of capture (UTC), both included; "" for all projects."""
    return [first.isoformat(), last.isoformat(), project]


@cache
def view(name: str) -> Query:
    """A view: `current` has each inspection once; `stored` is how Athena sees all rows, from its table `files`."""
    return _read(_FOLDER / "views" / f"{name}.sql")


@cache
def named_queries() -> Mapping[str, Query]:
    """The queries by name: one for each file of sql/queries/."""
    return {file.stem: _read(file) for file in sorted((_FOLDER / "queries").glob("*.sql"))}


def _read(file: Path) -> Query:
    description, _, sql = file.read_text().removeprefix(_COMMENT).partition("\n")
    return Query(file.stem, description, sql)
