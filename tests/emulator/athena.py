"""Questions to the emulator's Athena, in the stage's work group."""

from collections.abc import Sequence
from typing import Any

from linewatch.stack.local import LocalStack
from tests.emulator.plant import until

DATABASE = "linewatch_test"

type Answer = list[list[str | None]]


def ended(stack: LocalStack, query: str, values: Sequence[str] = ()) -> dict[str, Any]:
    """The execution of a query in the work group, when it has ended. Values are texts."""
    athena = stack.client("athena")
    bound = {"ExecutionParameters": [f"'{value}'" for value in values]} if values else {}
    started = athena.start_query_execution(
        QueryString=query,
        QueryExecutionContext={"Database": DATABASE, "Catalog": "AwsDataCatalog"},
        WorkGroup=f"linewatch-{stack.stage}",
        **bound,
    )["QueryExecutionId"]

    def look() -> dict[str, Any] | None:
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        return execution if execution["Status"]["State"] in {"SUCCEEDED", "FAILED"} else None

    return until(look, "the answer of Athena")


def ask(stack: LocalStack, query: str, values: Sequence[str] = ()) -> Answer:
    """The rows that Athena answers, as text."""
    execution = ended(stack, query, values)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    result = stack.client("athena").get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in result["ResultSet"]["Rows"]]
    return rows[1:]


def in_text(rows: Sequence[Sequence[Any]]) -> Answer:
    """Rows as Athena answers them."""
    return [[None if value is None else str(value) for value in row] for row in rows]
