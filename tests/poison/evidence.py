"""What can be found of poison when all work is done, as an operator would find it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import click
import pyarrow.parquet as pq
from click.testing import CliRunner

from chalicelib.aws.failure_log import DIED
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.items import from_item
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.import_result import SUFFIX, Status
from linewatch.commands.audit import audit
from linewatch.commands.dead_letters import dead_letters
from linewatch.commands.key import key
from linewatch.commands.review import review
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.poison.kind import MARK, PROJECT, Trace
from tests.poison.world import PoisonedWorld

ROWS = "rows of the lake"
ARCHIVED = (ROWS, "dead letter in relay-dlq", "dead letter in results-dlq", "reported")
"""The ends of an inspection on its way to the lake."""
OWN_FOLDERS = ("images/", "models/", "lake/", "datasets/", "out/")


class Found(NamedTuple):
    """One thing that was found: what it is, all its text, and the whole body when it is a message."""

    end: str
    text: str
    body: str | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that shows an end, and what does not work any more."""

    found: list[Found]
    unreadable: dict[str, str]
    """Items of the inspections table that cannot be read: the error by the inspection id."""
    inspections: list[Inspection]
    broken: list[str] = field(default_factory=list)
    """Commands that failed."""

    def end_of(self, trace: Trace) -> str | None:
        """The first end of this trace; None when it was lost."""
        if trace.harmless:
            return "harmless"
        for found in self.found:
            if (trace.by_hand and found.verdict is not None) or (found.end.endswith(DIED) and not trace.unexplained):
                continue
            if trace.verdict is None and trace.body is not None and _same(trace.body, found.body):
                return found.end
            if trace.verdict in (None, found.verdict) and any(mark in found.text for mark in trace.marks):
                return found.end
        return None

    def all_of(self, traces: Sequence[Trace]) -> "Evidence":
        """For a kind in a world of its own: every dead letter is its own."""
        marks = " ".join(mark for trace in traces if trace.verdict is None for mark in trace.marks)
        own = [found._replace(text=f"{found.text} {marks}") for found in self.found if found.body is not None]
        return replace(self, found=[*self.found, *own])

    def halfway(self, mark: str) -> Iterator[str]:
        """The inspections of a kind that have neither a row in the lake nor a dead letter of their event."""
        ends = [found.text for found in self.found if found.end.startswith(ARCHIVED)]
        for inspection in self.inspections:
            known = any(inspection.inspection_id in text for text in ends)
            if mark in f"{inspection.key} {inspection.etag}" and not known:
                yield f"{inspection.verdict}, but no row in the lake"


def _same(sent: str, found: str | None) -> bool:
    return found is not None and bool(sent) and (found == sent or (len(found) > 500 and sent.startswith(found[:500])))


def command(world: PoisonedWorld, named: click.Command, *arguments: str) -> tuple[Any, str | None]:
    """The JSON that a command prints on this stage, and its failure. To end with 1 and an answer is no failure."""
    for queue in world.queues:
        inside.renew(queue)
    result = CliRunner().invoke(named, [*arguments, "--json", "--stage", world.settings.stage])
    try:
        return json.loads(result.stdout), None
    except ValueError:
        return None, f"{named.name} {' '.join(arguments)}: {result.exception!r:.300} {result.stderr[-300:]}"


def collect(world: PoisonedWorld) -> Evidence:
    """Look everywhere: dead letters, table, lake, notifications, logs of the scheduled functions, the comparison."""
    listed, list_error = command(world, dead_letters, "list")
    audited, audit_error = command(world, audit)
    _, key_error = command(world, key, "list")
    lists = [command(world, review, "list", PROJECT, *option)[1] for option in ((), ("--reviewed",))]
    broken = [error for error in (list_error, audit_error, key_error, *lists) if error is not None]
    items = client("dynamodb").scan(TableName=world.settings.name("inspections"))["Items"]
    readable, unreadable = _sorted(items)
    found = [
        *_dead_letters(world, listed or []),
        *(_of_inspection(inspection) for inspection in readable),
        *_rows(world),
        *_claims(world),
        *_failed_trainings(world),
        *_results(world),
        *(Found("people were alerted", text) for _, text in inside.notifications(world.settings.name("alerts"))),
        *(Found("reported by a scheduled function", line) for line in world.reports),
        Found("reported by audit", json.dumps(audited)),
    ]
    return Evidence(found, unreadable, readable, broken)


def _sorted(items: list[dict[str, Any]]) -> tuple[list[Inspection], dict[str, str]]:
    readable, unreadable = [], {}
    for item in items:
        try:
            readable.append(from_item(item))
        except Exception as error:  # noqa: BLE001 - it is reported with what wrote it
            unreadable[json.dumps(item, default=str)] = f"{type(error).__name__}: {error}"[:200]
    return readable, unreadable


def _dead_letters(world: PoisonedWorld, listed: list[dict[str, Any]]) -> Iterator[Found]:
    """Every dead letter with an error, with the objects in the bucket that it names."""
    for dead_letter in listed:
        if dead_letter["error"]:
            text = json.dumps(dead_letter, ensure_ascii=False)
            beside = "".join(body for key, body in _set_aside(world) if key in text)
            end = f"dead letter in {dead_letter['queue']}: {dead_letter['error'][:80]}"
            yield Found(end, f"{text}{dead_letter['message']}{beside}", dead_letter["message"])


def _set_aside(world: PoisonedWorld) -> Iterator[tuple[str, str]]:
    """Objects that are no images, models or files of the lake: whole bodies of what was too large."""
    bucket = world.settings.bucket
    for listed in client("s3").list_objects_v2(Bucket=bucket).get("Contents", []):
        if not listed["Key"].startswith(OWN_FOLDERS):
            content = client("s3").get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()
            yield listed["Key"], content.decode(errors="replace")


def _of_inspection(inspection: Inspection) -> Found:
    text = f"{inspection.inspection_id} {inspection.key} {inspection.etag} {inspection.original_message}"
    return Found(f"{inspection.verdict}: {(inspection.reason or '')[:80]}", text, verdict=inspection.verdict)


def _claims(world: PoisonedWorld) -> Iterator[Found]:
    """The alerts that were sent, or counted for a digest."""
    for item in client("dynamodb").scan(TableName=world.settings.name("alert-claims"))["Items"]:
        state = item.get("state", {}).get("S")
        if state in ("sent", "counted"):
            yield Found(f"alert {state}", item["alert_id"]["S"])


def _failed_trainings(world: PoisonedWorld) -> Iterator[Found]:
    """Versions that say why they were not trained."""
    for item in client("dynamodb").scan(TableName=world.settings.name("registry"))["Items"]:
        body = item.get("body", {}).get("S", "")
        if ModelStatus.TRAINING_FAILED in body:
            yield Found("version TRAINING_FAILED", f"{item['project']['S']} {body}")


def _results(world: PoisonedWorld) -> Iterator[Found]:
    """What is written beside manifests, if it says that the manifest is done."""
    bucket = world.settings.bucket
    for listed in client("s3").list_objects_v2(Bucket=bucket, Prefix="datasets/").get("Contents", []):
        name = listed["Key"]
        if not name.endswith(SUFFIX):
            continue
        text = client("s3").get_object(Bucket=bucket, Key=name)["Body"].read().decode()
        result = json.loads(text)
        if result.get("status") in {Status.IMPORTED, Status.REFUSED}:
            yield Found(f"manifest {result['status']}: {result['message']}"[:100], f"{name}{text}")


def _rows(world: PoisonedWorld) -> Iterator[Found]:
    """The rows of the readable files of the lake that no kind has put there itself."""
    for name, ids in rows_by_file(world):
        if not PurePosixPath(name).name.startswith(MARK):
            yield Found(ROWS, " ".join(ids))


def rows_by_file(world: PoisonedWorld) -> Iterator[tuple[str, list[str]]]:
    """The inspection ids of each file of the lake that Linewatch can have written, by its key."""
    bucket = world.settings.bucket
    for listed in client("s3").list_objects_v2(Bucket=bucket, Prefix="lake/").get("Contents", []):
        content = client("s3").get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()
        try:
            ids = pq.read_table(BytesIO(content), columns=["inspection_id"])["inspection_id"].to_pylist()
        except Exception:  # noqa: BLE001 - poison: it has no rows
            continue
        yield listed["Key"], [str(each) for each in ids]
