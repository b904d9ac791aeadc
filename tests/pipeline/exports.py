"""Somebody exports the answer to a named query; Athena answers with one row."""

from collections.abc import Iterator

from moto.athena.models import QueryResults, athena_backends

from tests.pipeline.account import NUMBER, REGION, client
from tests.pipeline.reviews import Person
from tests.pipeline.world import World
from tests.support.builders import NOON

EXPORTS = "/projects/{project}/exports"
FILES = "query-results/exports/"
COLUMNS = {"project": "varchar", "line": "varchar", "inspections": "bigint"}
ANSWER = ("plates", "line-1", "3")


def make_work_group(world: World) -> None:
    """The work group in which the stage asks. A question whose own answer is lost is asked twice: both get theirs."""
    results = {"ResultConfiguration": {"OutputLocation": f"s3://{world.settings.bucket}/query-results/"}}
    client("athena").create_work_group(Name=f"linewatch-{world.settings.stage}", Configuration=results)
    rows = [{"Data": [{"VarCharValue": text} for text in row]} for row in (COLUMNS, ANSWER)]
    columns = [{"Name": name, "Type": kind} for name, kind in COLUMNS.items()]
    athena_backends[NUMBER][REGION].query_results_queue[:] = [QueryResults(rows, columns)] * 2


def export(world: World) -> None:
    """The question is asked, and its file looked for, once as a workbook."""
    make_work_group(world)
    ann = Person(world, "ann")
    day = NOON.date().isoformat()
    begun = ann.asks("POST", EXPORTS, query="by-line", since=day, until=day)
    found = [ann.asks("GET", f"{EXPORTS}/{{export}}", begun["export"], {"kind": kind}) for kind in ("csv", "xlsx")]
    if [(each["state"], each["rows"]) for each in found] != [("answered", 1)] * 2:
        world.noticed.append(f"the export is {found}")


def unexported(world: World) -> Iterator[str]:
    """The files that are missing, or beyond one of each kind; and what else the CSV file says."""
    s3, bucket = client("s3"), world.settings.bucket
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=FILES).get("Contents", [])]
    if sorted(key.rpartition(".")[2] for key in keys) != ["csv", "xlsx"]:
        yield f"the exported files are {keys}"
    for key in keys:
        if key.endswith(".csv"):
            lines = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig").split()
            if lines != [",".join(COLUMNS), ",".join(ANSWER)]:
                yield f"the exported lines are {lines}"
