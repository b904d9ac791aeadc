"""A stage is the same whether one template makes it, or `chalice deploy` between `resources` and `finish`."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Verdict
from linewatch.operate.versions import import_and_start
from linewatch.stack.local import LocalStack
from tests.conftest import key_maker
from tests.emulator.chalice_stage import ChaliceStage, copied_project
from tests.emulator.images import a_defect, a_model
from tests.emulator.plant import PROJECT, Plant, until
from tests.support.snapshot import Snapshot, differences

pytestmark = pytest.mark.emulator

PARTS = ("functions", "mappings", "schedules", "alarms", "api")


@pytest.fixture(scope="module")
def chalice(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> ChaliceStage:
    """A stage `by-chalice` beside the stage `test`, which one template made."""
    project = copied_project(tmp_path_factory.mktemp("project"))
    stage = ChaliceStage(replace(stack, stage="by-chalice"), project)
    stage.make_resources()
    stage.chalice("deploy")
    stage.finish()
    return stage


@pytest.fixture(scope="module")
def snapshots(stack: LocalStack, chalice: ChaliceStage) -> tuple[Snapshot, Snapshot]:
    whole = Snapshot(stack, stack.api_url.split("/")[-2])
    return whole, Snapshot(chalice.target, chalice.api)


@pytest.mark.parametrize("part", PARTS)
def test_both_ways_make_the_same(snapshots: tuple[Snapshot, Snapshot], part: str) -> None:
    one, other = (getattr(snapshot, part)() for snapshot in snapshots)
    assert one
    assert list(differences(one, other)) == []


def test_both_ways_make_the_same_resources(stack: LocalStack, snapshots: tuple[Snapshot, Snapshot]) -> None:
    """Functions, their connections, and the API are compared above; the rest stands in a stack either way."""
    whole = snapshots[0].resources(f"linewatch-{stack.stage}")
    own = snapshots[1].resources("linewatch-by-chalice-resources")
    assert own < whole
    assert {kind for kind, _ in whole - own} == {
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::Events::Rule",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
    }
    assert len([kind for kind, _ in whole - own if kind == "AWS::Events::Rule"]) == len(snapshots[0].schedules())


def test_an_image_goes_through_the_stage_that_chalice_deployed(chalice: ChaliceStage, plant_by_chalice: Plant) -> None:
    [sent] = plant_by_chalice.send([a_defect()], "line-1")
    assert plant_by_chalice.verdict(sent.inspection_id).verdict is Verdict.ANOMALOUS
    until(lambda: rows(plant_by_chalice, sent.inspection_id) or None, "the row of the lake")
    until(lambda: claims(chalice) or None, "the alert")
    assert claims(chalice) == 1
    assert plant_by_chalice.ask("GET", "/inspections/none", token="wrong").status_code == 401
    assert until(lambda: plant_by_chalice.queues() == {} or None, "the end of all messages")


def claims(chalice: ChaliceStage) -> int:
    """How many alerts somebody has begun to send; they go by the bus, and may be later than the row."""
    found: int = chalice.target.client("dynamodb").scan(TableName="linewatch-by-chalice-alert-claims")["Count"]
    return found


def rows(plant: Plant, inspection_id: str) -> int:
    """How many rows of the lake an inspection has."""
    query = "SELECT count(*) FROM stored WHERE inspection_id = ?"
    [count] = plant.lake().execute(query, [inspection_id]).fetchall()[0]
    return int(count)


@pytest.fixture(scope="module")
def plant_by_chalice(chalice: ChaliceStage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """The project with a model, on the stage that Chalice deployed."""
    stack = replace(chalice.target, api_url=f"{chalice.target.endpoint_url}/_aws/execute-api/{chalice.api}/v1")
    linewatch = stack.linewatch()
    import_and_start(linewatch.projects, PROJECT, a_model(tmp_path_factory.mktemp("samples")))
    with httpx.Client(timeout=30) as http:
        yield Plant(stack, linewatch, http, key_maker(stack)(Role.CAMERA, PROJECT))


def test_chalice_deploys_again_over_it_and_nothing_is_lost(
    chalice: ChaliceStage, snapshots: tuple[Snapshot, Snapshot]
) -> None:
    """Chalice takes away what it does not know; `finish` puts it back, and the API keeps its address."""

    def different() -> list[str]:
        return [line for part in PARTS for line in differences(before[part], getattr(snapshots[1], part)(), part)]

    before, api = {part: getattr(snapshots[1], part)() for part in PARTS}, chalice.api
    chalice.chalice("deploy")
    assert different()
    chalice.finish()
    assert chalice.api == api
    assert different() == []


def test_chalice_deletes_what_it_made(chalice: ChaliceStage, snapshots: tuple[Snapshot, Snapshot]) -> None:
    """The last test here. What is left is the stack of resources, which `linewatch destroy` removes."""
    chalice.chalice("delete")
    assert snapshots[1].functions() == {}
    assert snapshots[1].schedules() == {}
