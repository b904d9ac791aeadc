"""A stage of an older version, in which all images share one queue, moves over to queues of projects without a loss."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

import app
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.items import from_item
from chalicelib.projects.domain import ModelStatus
from tests.pipeline import hosting, inside
from tests.pipeline.account import client
from tests.pipeline.photographs import artifact, png
from tests.pipeline.wire import Wire
from tests.pipeline.world import World, deployed

LINE = "images/plates/line-1/cam-1/2026-03-14"


@pytest.fixture
def older() -> Iterator[World]:
    """Plates has a live version and no queue of its own."""
    with mock_aws(), deployed(Wire(), plates=artifact()) as world:
        hosting.make_function(world.settings.name("inspect_images"))
        yield world


def waiting(world: World, queue: str) -> int:
    return len(inside.messages(queue)) if queue in inside.queues(queue) else 0


def test_images_in_flight_are_inspected_once_while_hosting_moves_over(older: World) -> None:
    shared, own = older.settings.name("inspection"), older.settings.project_queue("plates")
    older.upload(f"{LINE}/in-the-shared-queue", png(100))
    older.deliver("route_images")
    older.upload(f"{LINE}/announced", png(101))
    assert (waiting(older, shared), waiting(older, own)) == (1, 0)
    older.follow()
    older.start_cold()
    older.deliver("route_images")
    older.upload(f"{LINE}/afterwards", png(102))
    older.deliver("route_images")
    assert (waiting(older, shared), waiting(older, own)) == (1, 2)
    older.settle()
    items = client("dynamodb").scan(TableName=older.settings.name("inspections"))["Items"]
    found = [from_item(item) for item in items if "key" in item]
    assert sorted(each.key.rpartition("/")[2] for each in found) == ["afterwards", "announced", "in-the-shared-queue"]
    assert {(each.verdict, each.revision) for each in found} == {(Verdict.NORMAL, 1)}
    assert older.failures == []


def test_a_hosted_project_stays_hosted_while_it_gets_its_queue(older: World) -> None:
    record = app.linewatch.projects.registry.find("plates")
    assert app.linewatch.hosting.hosting.unfinished() == {"plates"}
    hosting.follow(older)
    assert app.linewatch.hosting.hosting.unfinished() == set()
    assert app.linewatch.projects.registry.find("plates") == record
    assert record.models[1].status is ModelStatus.HOSTED
