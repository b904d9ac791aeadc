"""`linewatch sql`: ask the lake of a stage, by named queries or by SQL of one's own."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from chalicelib.core.clock import utc_now
from chalicelib.lake.queries import named_queries, parameters
from linewatch.commands.options import json_option, target_options
from linewatch.commands.output_files import check_output, write_output
from linewatch.commands.printing import show
from linewatch.commands.rows_file import RowsFile
from linewatch.stack.target import Target

SHOWN = 200
"""How many rows a table shows; --json and --csv have all."""
_DAYS = 7
_WORD = re.compile(r"[\w-]+")
"""No statement is one word: it is a name, perhaps mistyped."""


def _print_named(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        for query in named_queries().values():
            click.echo(f"{query.name:<18}{query.description}")
        context.exit()


_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("query", required=False)
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_print_named, help="List the named queries."
)
@click.option("--since", type=_DAY, help="First day of capture (UTC) of a named query. Without --until: up to today.")
@click.option("--until", type=_DAY, help="Last day of capture (UTC) of a named query. Without --since: only this day.")
@click.option("--project", help="Only this project, for a named query.")
@click.option("--csv", type=click.Path(path_type=Path), help="Write the rows to a CSV file.")
@click.option("--xlsx", type=click.Path(path_type=Path), help="Write the rows to an Excel workbook.")
@click.option("--parquet", type=click.Path(path_type=Path), help="Write the rows to a Parquet file.")
@json_option
@target_options
def sql(
    query: str | None,
    since: datetime | None,
    until: datetime | None,
    project: str | None,
    as_json: bool,
    target: Target,
    **files: Path | None,
) -> None:
    """Ask the lake in SQL.

    QUERY is the name of a query (--list) or a SELECT of your own on the views `current`, each inspection once, and
    `stored`, every row. A named query covers the last 7 days unless --since or --until says otherwise. Without QUERY,
    statements are read from the terminal or from standard input, each up to a semicolon at the end of a line.
    """
    file = _file(files)
    name = query if query in named_queries() else None
    if name is None and (since or until or project):
        raise click.UsageError("--since, --until and --project are for named queries: see --list")
    if name is None and query is not None and _WORD.fullmatch(query.strip()):
        raise click.UsageError(f"there is no query {query}: --list shows the names; or give a whole SELECT")
    session = _Session(target, as_json, file)
    if query is None:
        session.read()
    elif name is None:
        session.answer(query)
    else:
        days = _days(since, until, utc_now().date())
        session.answer(named_queries()[name].sql, parameters(*days, project or ""))


def _file(files: Mapping[str, Path | None]) -> RowsFile | None:
    """The file to write, of those by their kind. Raises `click.UsageError` for more than one."""
    wanted = {kind: file for kind, file in files.items() if file is not None}
    if len(wanted) > 1:
        raise click.UsageError("choose one of --csv, --xlsx and --parquet")
    for kind, file in wanted.items():
        check_output(file, (f".{kind}",))
        return RowsFile(file, kind)
    return None


def _days(since: datetime | None, until: datetime | None, today: date) -> tuple[date, date]:
    last = until.date() if until else today
    first = since.date() if since else last if until else last - timedelta(days=_DAYS - 1)
    if first > last:
        raise click.UsageError(f"--since {first} is after {last}")
    return first, last


class _Session:
    """A lake, and how its answers are shown."""

    def __init__(self, target: Target, as_json: bool, file: RowsFile | None) -> None:
        from chalicelib.lake.domain import Scanned
        from linewatch.operate.filesystem import filesystem
        from linewatch.operate.lake import open_lake

        self._as_json, self._file = as_json, file
        self._scanned = Scanned()
        self._place = target.bucket, filesystem(target), self._scanned
        with _errors_shown():
            self._lake = open_lake(*self._place)

    def answer(self, statement: str, values: Sequence[str] = ()) -> None:
        """Run one statement and show its rows. Raises `click.ClickException`."""
        with _errors_shown():
            self._lake.execute(statement, list(values))
            names = _different([column[0] for column in self._lake.description or []])
            if self._file is not None:
                write_output(self._file.path, self._file.content(names, self._lake))
                click.echo(str(self._scanned), err=True)
                return
            rows = self._lake.fetchall() if self._as_json else self._lake.fetchmany(SHOWN + 1)
        shown = rows if self._as_json else rows[:SHOWN]
        show([dict(zip(names, row, strict=True)) for row in shown], self._as_json, *names)
        if len(rows) > len(shown):
            click.echo(f"only the first {SHOWN} rows: --csv and --json have all", err=True)
        click.echo(str(self._scanned), err=True)

    def read(self) -> None:
        """Run the statements of standard input. At a terminal, an error does not end the session."""
        from linewatch.operate.lake import list_files

        terminal = sys.stdin.isatty()
        for statement in _statements(terminal):
            try:
                with _errors_shown():
                    list_files(self._lake, *self._place)
                self.answer(statement)
            except click.ClickException as error:
                if not terminal:
                    raise
                error.show()


def _statements(terminal: bool) -> Iterator[str]:
    """Each statement of standard input. The last one may lack its semicolon."""
    lines: list[str] = []
    while line := _line(("...> " if lines else "sql> ") if terminal else ""):
        lines.append(line)
        if line.rstrip().endswith(";"):
            yield "".join(lines)
            lines.clear()
    if "".join(lines).strip():
        yield "".join(lines)


def _line(prompt: str) -> str:
    """A line with its end; "" at the end of the input."""
    try:
        return f"{input(prompt)}\n"
    except EOFError:
        return ""


@contextmanager
def _errors_shown() -> Iterator[None]:
    """Turn an error of DuckDB, or of the files that it reads, into a `click.ClickException`."""
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise click.ClickException(str(error)) from error


def _different(names: Sequence[str]) -> list[str]:
    """The names of columns, those that come again with their position."""
    return [f"{name}_{at}" if name in names[:at] else name for at, name in enumerate(names)]
