"""What a world has come to, held against what it should have: what is lost, what is there twice."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.aws.settings import Settings
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.dynamodb import from_item
from linewatch.operate.lake import open_lake
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.world import World

type Expected = Mapping[str, Verdict]
"""The verdict of every image, by its key."""

ALERTING = (Verdict.ANOMALOUS, Verdict.REJECTED, Verdict.FAILED)


@dataclass(frozen=True)
class Outcome:
    """What stands in table, lake and mail boxes once nothing moves any more."""

    settings: Settings
    inspections: list[Inspection]
    changes: Counter[str]
    """Records of the table's stream by inspection id."""
    rows: Counter[str]
    """Rows of the compacted lake by inspection id."""
    current: Counter[str]
    """Rows of the lake's current view, before compaction, by inspection id."""
    notifications: Counter[str]
    """Notices that people got, by alert id."""
    told: dict[str, set[str]]
    """The alert ids that told of an inspection, by inspection id."""
    left: dict[str, int]
    """Messages in queues and items of open alert windows."""


def lost(outcome: Outcome, expected: Expected, dead: Mapping[str, int]) -> list[str]:
    """Every way in which something is missing or stuck.

    `dead` is what belongs into dead-letter queues, at least: a dead letter whose sending was not
    confirmed is sent again.
    """
    kept = {outcome.settings.name(queue): count for queue, count in dead.items()}
    missing = [f"{count} expected in {place}" for place, count in kept.items() if outcome.left.get(place, 0) < count]
    stuck = [f"{count} left in {place}" for place, count in outcome.left.items() if place not in kept]
    return [*_lost(outcome, expected), *missing, *stuck]


def _lost(outcome: Outcome, expected: Expected) -> Iterator[str]:
    found = {inspection.key: inspection for inspection in outcome.inspections}
    for key, verdict in expected.items():
        if key not in found or found[key].verdict is not verdict:
            yield f"{key} should be {verdict}, but is {found.get(key)}"
            continue
        its = found[key].inspection_id
        if its not in outcome.current or its not in outcome.rows:
            yield f"{key} is not in the lake"
        if verdict in ALERTING and its not in outcome.told:
            yield f"nobody was told of {key}"


def twice(outcome: Outcome, *, may_repeat: bool) -> list[str]:
    """Everything that is there more than once; one alert may be, with the same id, where that is the exception."""
    counted = {
        "inspections of one image": Counter(inspection.key for inspection in outcome.inspections),
        "changes of one inspection": outcome.changes,
        "rows of the lake": outcome.rows,
        "rows of the current view": outcome.current,
        "alert ids of one inspection": Counter({its: len(alerts) for its, alerts in outcome.told.items()}),
    }
    found = [f"{count} {what}: {its}" for what, those in counted.items() for its, count in those.items() if count > 1]
    notifications = sorted(outcome.notifications.values(), reverse=True)
    allowed = notifications[:1] == [2] and may_repeat
    return found + [f"{count} notifications of one alert" for count in notifications[allowed:] if count > 1]


def outcome_of(world: World, current: Counter[str]) -> Outcome:
    """Look everywhere; `current` is what `ids_in` said of the lake's current view before it was compacted."""
    table = world.settings.name("inspections")
    items = client("dynamodb").scan(TableName=table)["Items"]
    notifications = inside.notifications(world.settings.name("alerts"))
    told: dict[str, set[str]] = {}
    for alert_id, body in notifications:
        for its in re.findall(r"/inspections/([0-9a-f]{32})", body):
            told.setdefault(its, set()).add(alert_id)
    return Outcome(
        settings=world.settings,
        inspections=[from_item(item) for item in items if "key" in item],
        changes=Counter(record["dynamodb"]["Keys"]["inspection_id"]["S"] for record in world.changes()),
        rows=ids_in(world, "stored"),
        current=current,
        notifications=Counter(alert_id for alert_id, _ in notifications),
        told=told,
        left=_left(world),
    )


def ids_in(world: World, view: str) -> Counter[str]:
    """How often each inspection is in a view of the lake, `stored` or `current`."""
    bucket = world.settings.bucket
    listed = client("s3").list_objects_v2(Bucket=bucket, Prefix="lake/").get("Contents", [])
    with TemporaryDirectory() as folder:
        for item in listed:
            file = Path(folder, item["Key"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        with open_lake(folder) as lake:
            rows = lake.execute(f"SELECT inspection_id FROM {view}").fetchall()
    return Counter(inspection_id for (inspection_id,) in rows)


def _left(world: World) -> dict[str, int]:
    queues = [queue["QueueName"] for queue in world.account.of_type("AWS::SQS::Queue")]
    windows = world.settings.name("alert-windows")
    left = {queue: len(inside.waiting(queue)) for queue in queues}
    left[windows] = client("dynamodb").scan(TableName=windows)["Count"]
    return {place: count for place, count in left.items() if count}
