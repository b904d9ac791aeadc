"""A week of two projects: one works in shifts, the other one is stopped and flooded. Every image is judged once.

That is in its shift, or at the next start. The clock is that of the whole process.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from moto import mock_aws

import app
from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.items import from_item
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from chalicelib.shifts.plan import Plan, plan_between
from linewatch.operate.operator import operator_grant
from tests.pipeline import hosting
from tests.pipeline.account import client
from tests.pipeline.photographs import artifact, png
from tests.pipeline.wire import Wire
from tests.pipeline.world import SCHEDULED, World, deployed
from tests.shifts.calendars import BERLIN, TWO_SHIFTS, calendar_of, content_of

pytestmark = pytest.mark.faults

WORKING, FLOODED = "discs", "cups"
BEGIN = datetime(2026, 3, 14, 13, 0, tzinfo=UTC)
WEEK, STEP = timedelta(days=7), timedelta(hours=2)
EARLY, GRACE, MINUTE = timedelta(minutes=2), timedelta(minutes=30), timedelta(minutes=1)
FLOOD = 20
"""An image comes at every step, day and night; the flood is so many images on Monday morning."""


def minute(world: World) -> None:
    """What runs each minute, and the functions that read queues."""
    for handler in ("follow_calendars", "follow_hosting"):
        world._invoke(handler, SCHEDULED)
    world.settle()


@dataclass
class Plant:
    """The plant after its week. `sent` are the images by key, with the time."""

    world: World
    sent: dict[str, datetime] = field(default_factory=dict)
    _seeds: Iterator[int] = field(default_factory=lambda: count(1))

    def send(self, project: str, images: int = 1) -> None:
        for _ in range(images):
            key = f"images/{project}/line-1/cam-1/2026-03-14/image-{next(self._seeds)}"
            self.world.upload(key, png(100))
            self.sent[key] = utc_now()

    def inspections(self, project: str) -> Mapping[str, Inspection]:
        """Those of a project, by key. No image is there twice, and none was changed."""
        items = client("dynamodb").scan(TableName=self.world.settings.name("inspections"))["Items"]
        found = [each for item in items if "key" in item and (each := from_item(item)).project == project]
        by_key = {each.key: each for each in found}
        assert len(by_key) == len(found)
        assert {(each.revision, each.verdict) for each in found} <= {(1, Verdict.NORMAL)}
        return by_key


def instants(plan: Plan) -> list[datetime]:
    """When things happen: at regular times, and shortly before the shifts."""
    regular = [BEGIN + STEP * step for step in range(WEEK // STEP)]
    early = [each.start - EARLY for each in plan.shifts if BEGIN < each.start < BEGIN + WEEK]
    return sorted({*regular, *early})


def start(project: str) -> None:
    app.linewatch.projects.start_model(project, Start(version="1", min_inference_units=1), operator_grant(project))


def live_through_a_week(world: World, plant: Plant, plan: Plan) -> None:
    """A person starts the model once; then the calendar does."""
    hosting.create_project(world, WORKING)
    app.linewatch.projects.create_project(FLOODED, operator_grant(FLOODED))
    app.linewatch.projects.import_model(FLOODED, ModelFile(content=artifact()), operator_grant(FLOODED))
    start(WORKING)
    minute(world)
    file = content_of(BERLIN, *TWO_SHIFTS)
    client("s3").put_object(Bucket=world.settings.bucket, Key=f"calendars/{WORKING}.ics", Body=file)
    world.pass_by(60)
    minute(world)
    for instant in instants(plan):
        world.pass_by((instant - utc_now()).total_seconds())
        plant.send(WORKING)
        if instant == BEGIN + timedelta(days=1, hours=20):
            plant.send(FLOODED, FLOOD)
        minute(world)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_between(calendar_of(*TWO_SHIFTS), BEGIN - WEEK, BEGIN + 2 * WEEK)


@pytest.fixture(scope="module")
def plant(plan: Plan) -> Iterator[Plant]:
    with mock_aws(), deployed(Wire()) as world:
        plant = Plant(world)
        live_through_a_week(world, plant, plan)
        assert world.failures == []
        yield plant


def test_each_image_is_judged_once_in_its_shift_or_at_the_next_start(plant: Plant, plan: Plan) -> None:
    found = plant.inspections(WORKING)
    sent = {key: at for key, at in plant.sent.items() if f"/{WORKING}/" in key}
    assert len(sent) > 80
    for key, at in sent.items():
        starts = plan.next_start(at)
        if not plan.works_at(at) and starts is not None and starts > BEGIN + WEEK and key not in found:
            continue  # it waits for a shift after the week
        latest = at if plan.works_at(at) or starts is None else starts
        assert at <= found[key].inspected_at <= latest + MINUTE, key


def test_nothing_is_judged_while_nobody_works(plant: Plant, plan: Plan) -> None:
    for each in plant.inspections(WORKING).values():
        needed = plan.begun_by(each.inspected_at + EARLY + MINUTE)
        assert needed is not None
        assert each.inspected_at <= needed.end + GRACE, each.key


def test_a_stopped_and_flooded_project_waits_and_is_judged_when_somebody_starts_it(plant: Plant) -> None:
    assert plant.inspections(FLOODED) == {}
    start(FLOODED)
    minute(plant.world)
    assert len(plant.inspections(FLOODED)) == FLOOD
