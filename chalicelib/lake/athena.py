"""Questions to the lake, run by Amazon Athena in the work group of the stage."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import LakeUnavailable
from chalicelib.lake.ports import Asked, AskedState, Rows, Value

_STATES = {
    "QUEUED": AskedState.RUNNING,
    "RUNNING": AskedState.RUNNING,
    "SUCCEEDED": AskedState.ANSWERED,
    "FAILED": AskedState.FAILED,
    "CANCELLED": AskedState.FAILED,
}
_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_FRACTION = ("float", "double", "decimal")
_UNKNOWN = ("InvalidRequestException", "ResourceNotFoundException")


class AthenaQuestions:
    """Questions to one database, in one work group. It takes texts as parameters."""

    def __init__(self, client: Any, work_group: str, database: str) -> None:
        self._client = client
        self._work_group = work_group
        self._database = database

    def ask(self, sql: str, values: Sequence[str]) -> str:
        """One StartQueryExecution. Athena wants each parameter as a literal of SQL."""
        with _available():
            started = self._client.start_query_execution(
                QueryString=sql,
                ExecutionParameters=[_literal(value) for value in values],
                QueryExecutionContext={"Database": self._database},
                WorkGroup=self._work_group,
            )
        return str(started["QueryExecutionId"])

    def find(self, question: str) -> Asked | None:
        """One GetQueryExecution."""
        with _available():
            try:
                found = self._client.get_query_execution(QueryExecutionId=question)["QueryExecution"]
            except ClientError as error:
                if error.response["Error"]["Code"] not in _UNKNOWN:
                    raise
                return None
        if found.get("WorkGroup") != self._work_group:
            return None
        values = tuple(map(_text, found.get("ExecutionParameters", ())))
        status = found["Status"]
        read = found.get("Statistics", {}).get("DataScannedInBytes", 0)
        return Asked(found["Query"], values, _STATES[status["State"]], status.get("StateChangeReason") or None, read)

    def rows(self, question: str, most: int) -> Rows:
        """One GetQueryResults for each thousand rows. The first row has the names."""
        with _available():
            pages = iter(self._client.get_paginator("get_query_results").paginate(QueryExecutionId=question))
            first = next(pages)
            columns = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            readers = [_reader(column["Type"]) for column in columns]
            found = (row["Data"] for page in chain([first], pages) for row in page["ResultSet"]["Rows"])
            rows = (tuple(map(_value, readers, row)) for row in islice(found, 1, most + 1))
            return Rows(tuple(column["Name"] for column in columns), tuple(rows))


def _literal(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _text(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def _reader(kind: str) -> Callable[[str], Value]:
    return int if kind in _WHOLE else float if kind in _FRACTION else str


def _value(read: Callable[[str], Value], cell: Mapping[str, str]) -> Value:
    return read(cell["VarCharValue"]) if "VarCharValue" in cell else None


@contextmanager
def _available() -> Iterator[None]:
    """`LakeUnavailable` where Athena or the work group is not there, or has no time."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise LakeUnavailable(f"the lake cannot be asked now, Athena says {code}: try again in a minute") from error
