"""What the emulator lacks of Athena, and that it answers with our addition. All runs in the emulator's Python."""

from typing import Any

import pytest

from tests.stack.in_emulator import said

SCRIPT = """
import asyncio, json, sys
from base64 import b64encode
from ministack.services import athena, glue

if sys.argv[1] == "taught":
    sys.path.append(sys.argv[2])
    from linewatch.stack import emulated_athena
    emulated_athena.install(athena, glue)

sql = "SELECT 1 AS a, 'x?' AS b UNION ALL SELECT 2, 'y' UNION ALL SELECT 3, 'it''s'"
text = "/* Presto View: " + b64encode(json.dumps({"originalSql": sql}).encode()).decode() + " */"
glue._tables["lake/current"] = {"TableType": "VIRTUAL_VIEW", "ViewOriginalText": text}
place = {"QueryExecutionContext": {"Database": "lake"}, "ResultConfiguration": {"OutputLocation": "s3://results/"}}

async def call(action, **data):
    headers = {"x-amz-target": f"AmazonAthena.{action}"}
    _, _, content = await athena.handle_request("POST", "/", headers, json.dumps(data).encode(), {})
    return json.loads(content)

async def asked(query, **more):
    started = (await call("StartQueryExecution", QueryString=query, **place, **more))["QueryExecutionId"]
    while True:
        execution = (await call("GetQueryExecution", QueryExecutionId=started))["QueryExecution"]
        if execution["Status"]["CompletionDateTime"]:
            rows = (athena._executions[started]["_results"] or {}).get("rows")
            return {"rows": rows, "query": execution["Query"], "values": execution.get("ExecutionParameters")}
        await asyncio.sleep(0.01)

async def answers():
    bound = "SELECT a, c.b, '?' FROM current c WHERE b IN (?, ?) ORDER BY a"
    return {"view": await asked("SELECT max(a) FROM current"),
            "bound": await asked(bound, ExecutionParameters=["'x?'", "'it''s'"])}

print(json.dumps(asyncio.run(answers())))
"""


@pytest.fixture(scope="module")
def taught() -> Any:
    return said(SCRIPT, "taught")


def test_a_view_is_asked_by_its_name(taught: Any) -> None:
    assert taught["view"]["rows"] == [[3]]


def test_values_stand_for_question_marks_and_texts_keep_theirs(taught: Any) -> None:
    assert taught["bound"]["rows"] == [[1, "x?", "?"], [3, "it's", "?"]]
    assert "IN (?, ?)" in taught["bound"]["query"]
    assert taught["bound"]["values"] == ["'x?'", "'it''s'"]


def test_the_emulator_still_lacks_both() -> None:
    """When this fails, the emulator has learned something: delete what emulated_athena.py no longer needs."""
    plain = said(SCRIPT, "plain")
    assert plain["view"]["rows"] is None, "it knows views"
    assert plain["bound"]["rows"] is None, "it binds values"
