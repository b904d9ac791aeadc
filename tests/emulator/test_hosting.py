"""Two projects side by side on the deployed stack: what happens to one does not happen to the other."""

import json
from dataclasses import replace

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Verdict
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.hosting import Start
from linewatch.operate import versions
from linewatch.operate.operator import operator_grant
from tests.conftest import MakeKey
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, scheduled, until

pytestmark = pytest.mark.emulator

OTHER = "cups"
LINE = "line-hosting"
FLOOD = 40


@pytest.fixture(scope="module")
def other(plant: Plant, make_key: MakeKey) -> Plant:
    """A second project with the same model, hosted."""
    file = plant.stack.client("s3").get_object(Bucket=plant.stack.bucket, Key=f"models/{PROJECT}/1.safetensors")
    versions.import_and_start(plant.linewatch.projects, OTHER, file["Body"].read())
    return replace(plant, token=make_key(Role.CAMERA, OTHER))


def queue_of(plant: Plant, project: str) -> str:
    return plant.linewatch.platform.settings.project_queue(project).removeprefix(f"linewatch-{plant.stack.stage}-")


def stop(plant: Plant) -> None:
    projects = plant.linewatch.projects
    versions.stop(projects, projects.describe_model(OTHER, "1", operator_grant(OTHER)))


def start(plant: Plant) -> None:
    projects = plant.linewatch.projects
    versions.start(projects, projects.describe_model(OTHER, "1", operator_grant(OTHER)))


def test_a_stopped_and_flooded_project_does_not_delay_the_other_and_is_judged_at_its_next_start(
    plant: Plant, other: Plant, say: Say
) -> None:
    stop(plant)
    flood = other.send([a_photograph() for _ in range(FLOOD)], LINE)
    undisturbed = plant.send([a_photograph() for _ in range(5)], LINE)
    assert {plant.verdict(each.inspection_id).verdict for each in undisturbed} == {Verdict.NORMAL}
    until(lambda: plant.queues().get(queue_of(plant, OTHER)) == FLOOD or None, "the flood in its queue")
    assert [plant.find(each.inspection_id) for each in flood] == [None] * FLOOD
    start(plant)
    judged = [plant.verdict(each.inspection_id) for each in flood]
    assert {(each.verdict, each.model_version, each.revision) for each in judged} == {(Verdict.NORMAL, "1", 1)}
    until(lambda: queue_of(plant, OTHER) not in plant.queues() or None, "the empty queue")
    say(f"{FLOOD} images waited while the project was stopped; all were judged once after its start")


def test_a_follower_that_dies_in_the_middle_of_a_start_is_finished_by_the_next_run(plant: Plant, other: Plant) -> None:
    """The start is asked for while nothing follows, as after a kill right after the commit; then a run finds it."""
    stop(plant)
    projects, functions = plant.linewatch.projects, plant.stack.client("lambda")
    name = f"linewatch-{plant.stack.stage}-follow_hosting"
    with plant.waiting("follow_hosting"):
        grant = operator_grant(OTHER)
        queue, hosting = plant.linewatch.platform.settings.project_queue(OTHER), plant.linewatch.hosting
        projects.start_model(OTHER, Start(version="1", min_inference_units=2), grant)
        workers = hosting.mappings.find(queue)
        assert workers is not None
        hosting.mappings.start(workers, 4)
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(scheduled()))

    def hosted() -> bool | None:
        return projects.describe_model(OTHER, "1", operator_grant(OTHER)).status is ModelStatus.HOSTED or None

    until(hosted, "the start")
    [sent] = other.send([a_photograph()], LINE)
    assert plant.verdict(sent.inspection_id).verdict is Verdict.NORMAL


def test_a_follower_that_dies_in_the_middle_of_a_stop_is_finished_by_the_next_run(plant: Plant, other: Plant) -> None:
    """It dies after the workers stopped reading; what the record says is still STOPPING_HOSTING."""
    projects, grant = plant.linewatch.projects, operator_grant(OTHER)
    queue, hosting = plant.linewatch.platform.settings.project_queue(OTHER), plant.linewatch.hosting
    with plant.waiting("follow_hosting"):
        plant.linewatch.projects.stop_model(OTHER, "1", grant)
        workers = hosting.mappings.find(queue)
        assert workers is not None
        hosting.mappings.stop(workers)
    [waits] = other.send([a_photograph()], LINE)
    name = f"linewatch-{plant.stack.stage}-follow_hosting"
    plant.stack.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(scheduled()))

    def stopped() -> bool | None:
        return projects.describe_model(OTHER, "1", grant).status is ModelStatus.TRAINED or None

    until(stopped, "the stop")
    until(lambda: plant.queues().get(queue_of(plant, OTHER)) == 1 or None, "the image in its queue")
    assert plant.find(waits.inspection_id) is None
    start(plant)
    assert plant.verdict(waits.inspection_id).verdict is Verdict.NORMAL


def test_a_removed_project_leaves_no_queue_and_its_images_say_why_they_were_not_inspected(
    plant: Plant, other: Plant
) -> None:
    stop(plant)
    [waits] = other.send([a_photograph()], LINE)
    until(lambda: plant.queues().get(queue_of(plant, OTHER)), "the image in its queue")
    projects, grant = plant.linewatch.projects, operator_grant(OTHER)
    projects.delete_model(OTHER, "1", grant)
    projects.delete_project(OTHER, grant)
    found = plant.verdict(waits.inspection_id)
    assert found.verdict is Verdict.FAILED
    assert "its project was deleted" in str(found.reason)
    assert plant.linewatch.hosting.queues.project_of(plant.linewatch.platform.settings.project_queue(OTHER)) is None
