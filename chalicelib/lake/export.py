"""Export the answer of a named query as a file: begin it, then look until the file is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.access.domain import Grant
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.core.link import Link
from chalicelib.lake.ports import Answers, Asked, AskedState, FileKind, Questions, Rows
from chalicelib.lake.queries import Query, named_queries, parameters

MOST_ROWS = 20_000
"""Of a file: what a function can make while somebody waits."""
LONGEST = timedelta(days=400)


type MakeFile = Callable[[Rows, FileKind], bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """An export: how far it is, and a link to its file when it is answered. `reason` says why there is none."""

    state: AskedState
    reason: str | None = None
    rows: int | None = None
    bytes_read: int = 0
    link: Link | None = None


def begin_export(project: str, query: str, first: date, last: date, grant: Grant, *, questions: Questions) -> str:
    """Ask a named query of the project's days, both included (UTC), and return the id of the export.

    The project is a bound parameter, and always the one of the key. `InvalidRequest` says what is wrong with the query
    or the days; `Forbidden` if the key does not cover all lines; `LakeUnavailable`.
    """
    _require_all_lines(project, grant)
    known = named_queries()
    if query not in known:
        raise InvalidRequest(("query", f"there is no query of this name; there are {', '.join(known)}"))
    if last < first:
        raise InvalidRequest(("until", "is before the first day"))
    if last - first >= LONGEST:
        raise InvalidRequest(("until", f"an export has at most {LONGEST.days} days: choose fewer"))
    return questions.ask(known[query].sql, parameters(first, last, project))


def find_export(
    project: str,
    export: str,
    kind: FileKind,
    grant: Grant,
    *,
    questions: Questions,
    answers: Answers,
    make_file: MakeFile,
) -> Export:
    """How far an export is; once it is answered, its file of this kind.

    `NotFound` if this project has no such export; `Forbidden` and `LakeUnavailable` as when it begins.
    """
    _require_all_lines(project, grant)
    asked = questions.find(export)
    query = None if asked is None else _query_of(asked)
    if asked is None or query is None or asked.values[-1] != project:
        raise NotFound(f"project {project} has no export {export}")
    if asked.state is not AskedState.ANSWERED:
        return Export(asked.state, asked.reason, bytes_read=asked.bytes_read)
    found = questions.rows(export, MOST_ROWS + 1)
    if len(found.rows) > MOST_ROWS:
        reason = f"the answer has more than {MOST_ROWS:,} rows: choose fewer days, or use `linewatch sql`"
        return Export(AskedState.FAILED, reason, bytes_read=asked.bytes_read)
    first, last, _ = asked.values
    link = answers.keep(export, f"{project}-{query.name}-{first}-{last}.{kind}", make_file(found, kind))
    return Export(asked.state, None, len(found.rows), asked.bytes_read, link)


def _query_of(asked: Asked) -> Query | None:
    return next((each for each in named_queries().values() if each.sql.strip() == asked.sql.strip()), None)


def _require_all_lines(project: str, grant: Grant) -> None:
    if not grant.covers_all_lines(project):
        raise Forbidden(f"an export is of all lines of {project}; this key covers {grant.scope}")
