"""Teach the emulator what Linewatch asks of Athena and ministack 1.5.33 cannot do.

- A query with `ExecutionParameters` has their values in the place of its question marks, in order.
- A view in Glue is known by its name, as a table is.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

_PREFIX, _SUFFIX = "/* Presto View: ", " */"


def install(athena: Any, glue: Any) -> None:
    """Let `athena`, the emulator's module for Athena, answer such queries; `glue` is that for Glue."""
    start, run = athena._start_query_execution, athena._run_duckdb

    def start_query(data: dict[str, Any]) -> Any:
        query, values = data["QueryString"], data.get("ExecutionParameters", [])
        answer = start(data | {"QueryString": _bound(athena, query, values)})
        if started := json.loads(answer[2]).get("QueryExecutionId"):
            athena._executions[started] |= {"Query": query, "ExecutionParameters": values}
        return answer

    async def run_query(query: str, database: str, catalog: str | None = None) -> Any:
        return await run(_without_views(athena, glue, query, database), database, catalog)

    athena._start_query_execution, athena._run_duckdb = start_query, run_query


def _bound(athena: Any, query: str, values: Sequence[str]) -> str:
    """Each value is a literal of SQL already, as Athena wants it."""
    marks = [start for kind, text, start, _ in athena._sql_tokens(query) if (kind, text) == ("punct", "?")]
    for mark, value in reversed([*zip(marks, values, strict=True)] if values else []):
        query = f"{query[:mark]}{value}{query[mark + 1 :]}"
    return query


def _without_views(athena: Any, glue: Any, query: str, database: str) -> str:
    """The query with the SQL of each view in the place of its name."""
    for place in reversed(athena._table_references(query)):
        found = glue._tables.get(f"{place.database or database}/{place.table}") or {}
        if found.get("TableType") == "VIRTUAL_VIEW":
            text = found["ViewOriginalText"].removeprefix(_PREFIX).removesuffix(_SUFFIX)
            alias = "" if place.aliased else f' AS "{place.table}"'
            query = f"{query[: place.start]}({json.loads(b64decode(text))['originalSql']}){alias}{query[place.end :]}"
    return query
