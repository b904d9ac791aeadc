"""Compares the state of a world with the expected one: what is lost, and what is there twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from duckdb import DuckDBPyConnection

from chalicelib.aws.settings import Settings
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.items import from_item
from linewatch.operate.lake import list_files, open_lake
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.world import World

type Expected = Mapping[str, Verdict]
"""The verdict of every image, by its key."""

ALERTING = (Verdict.ANOMALOUS, Verdict.UNFAMILIAR, Verdict.REJECTED, Verdict.FAILED)


@dataclass(frozen=True)
class Outcome:
    """The content of table, lake, queues and mail boxes when all work is done."""

    settings: Settings
    inspections: list[Inspection]
    changes: Counter[str]
    """Records of the table's stream by inspection id."""
    rows: Counter[str]
    """Rows of the compacted lake by inspection id."""
    current: Counter[str]
    """Rows of the lake's current view, before compaction, by inspection id."""
    notifications: Counter[str]
    """Notifications that people got, by alert id."""
    alerts: dict[str, set[str]]
    """The ids of the alerts about an inspection, by inspection id."""
    left: dict[str, int]
    """Messages in queues and items of open alert windows."""


def lost(outcome: Outcome, expected: Expected, dead: Mapping[str, int]) -> list[str]:
    """Every way in which something is missing or stuck.

    `dead` is the least number of messages in each dead-letter queue: a dead letter whose sending was not confirmed is
    sent again.
    """
    kept = {outcome.settings.name(queue): count for queue, count in dead.items()}
    missing = [f"{count} expected in {name}" for name, count in kept.items() if outcome.left.get(name, 0) < count]
    stuck = [f"{count} left in {name}" for name, count in outcome.left.items() if name not in kept]
    return [*_lost(outcome, expected), *missing, *stuck]


def _lost(outcome: Outcome, expected: Expected) -> Iterator[str]:
    found = {inspection.key: inspection for inspection in outcome.inspections}
    for key, verdict in expected.items():
        if key not in found or found[key].verdict is not verdict:
            yield f"{key} should be {verdict}, but is {found.get(key)}"
            continue
        inspection_id = found[key].inspection_id
        if inspection_id not in outcome.current or inspection_id not in outcome.rows:
            yield f"{key} is not in the lake"
        if verdict in ALERTING and inspection_id not in outcome.alerts:
            yield f"there was no alert about {key}"


def twice(outcome: Outcome, *, may_repeat: bool) -> list[str]:
    """Everything that is there more than once. With `may_repeat`, one alert may be sent twice with the same id."""
    counted = {
        "inspections of one image": Counter(inspection.key for inspection in outcome.inspections),
        "changes of one inspection": outcome.changes - Counter(dict(_reviews(outcome.inspections))),
        "rows of the lake": outcome.rows,
        "rows of the current view": outcome.current,
        "alert ids of one inspection": Counter({name: len(alerts) for name, alerts in outcome.alerts.items()}),
    }
    found = [f"{count} {what}: {name}" for what, each in counted.items() for name, count in each.items() if count > 1]
    notifications = sorted(outcome.notifications.values(), reverse=True)
    allowed = notifications[:1] == [2] and may_repeat
    return found + [f"{count} notifications of one alert" for count in notifications[allowed:] if count > 1]


def _reviews(inspections: Iterable[Inspection]) -> Iterator[tuple[str, int]]:
    """How many changes its answers made of an inspection, and their withdrawals, and a verdict after one of them."""
    for each in inspections:
        redriven = (
            any(answer.verdict is Verdict.FAILED for answer in each.answers) and each.verdict is not Verdict.FAILED
        )
        withdrawn = sum(answer.withdrawn_at is not None for answer in each.answers)
        yield each.inspection_id, len(each.answers) + withdrawn + redriven


def outcome_of(world: World, current: Counter[str]) -> Outcome:
    """Collect the outcome; `current` is the result of `ids_in` for the view `current` before compaction."""
    table = world.settings.name("inspections")
    items = client("dynamodb").scan(TableName=table)["Items"]
    notifications = inside.notifications(world.settings.name("alerts"))
    alerts: dict[str, set[str]] = {}
    for alert_id, body in notifications:
        for inspection_id in re.findall(r"/inspections/([0-9a-f]{32})", body):
            alerts.setdefault(inspection_id, set()).add(alert_id)
    return Outcome(
        settings=world.settings,
        inspections=[from_item(item) for item in items if "key" in item],
        changes=Counter(record["dynamodb"]["Keys"]["inspection_id"]["S"] for record in world.changes()),
        rows=ids_in(world, "stored"),
        current=current,
        notifications=Counter(alert_id for alert_id, _ in notifications),
        alerts=alerts,
        left=_left(world),
    )


def ids_in(world: World, view: str) -> Counter[str]:
    """How often each inspection is in a view of the lake, `stored` or `current`."""
    sql = f"SELECT inspection_id FROM {view} WHERE run = 'live'"
    return Counter(inspection_id for (inspection_id,) in rows_in(world, sql))


def rows_in(world: World, sql: str) -> list[tuple[Any, ...]]:
    """What the lake answers."""
    bucket = world.settings.bucket
    listed = client("s3").list_objects_v2(Bucket=bucket, Prefix="lake/").get("Contents", [])
    with TemporaryDirectory() as folder:
        for item in listed:
            file = Path(folder, item["Key"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        list_files(_lake(), folder)
        return _lake().execute(sql).fetchall()


@cache
def _lake() -> DuckDBPyConnection:
    """Opened once in a process, which takes longer than all else here: the files are listed again."""
    return open_lake("no folder")


def _left(world: World) -> dict[str, int]:
    queues = [queue["QueueName"] for queue in world.account.of_type("AWS::SQS::Queue")]
    windows = world.settings.name("alert-windows")
    left = {queue: len(inside.waiting(queue)) for queue in queues}
    left[windows] = client("dynamodb").scan(TableName=windows)["Count"]
    return {name: count for name, count in left.items() if count}
