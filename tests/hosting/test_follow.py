"""What is wanted of a project becomes what there is, step by step."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.hosting.domain import HostingRefused, Reading, Workers
from chalicelib.projects.domain import ModelStatus
from tests.projects.mortal import deaths, killed, overtaken
from tests.projects.world import World, a_project
from tests.support.fake_hosting import FakeMappings, queue_of

QUEUE = queue_of("plates")


def a_version(units: int = 1) -> World:
    """A project with a trained version, whose start is asked for but not followed."""
    world = a_project()
    world.import_model()
    with_sleeper(world).start_model(units=units)
    return world


def with_sleeper(world: World) -> World:
    """The same world, whose calls wake nobody."""

    class Sleeping(World):
        def follow(self, project: str = "plates") -> None: ...

    return Sleeping(**{name: getattr(world, name) for name in world.__dataclass_fields__})


def status(world: World, version: int = 1) -> ModelStatus:
    return world.record.models[version].status


def workers(world: World) -> Workers:
    return world.mappings.mappings[QUEUE]


def test_a_new_project_has_a_queue_that_nobody_reads() -> None:
    world = a_project()
    world.follow()
    assert (world.queues.queues, world.mappings.mappings) == ({QUEUE: "plates"}, {})


@pytest.mark.parametrize(("units", "most"), [(1, 2), (3, 6)])
def test_a_started_version_has_two_workers_for_each_unit(units: int, most: int) -> None:
    world = a_version(units)
    world.follow()
    assert (workers(world).reading, workers(world).most) == (Reading.ON, most)
    assert (status(world), world.live.live) == (ModelStatus.HOSTED, {"plates": "1"})


def test_a_version_is_hosted_when_aws_has_done_it_and_not_before() -> None:
    world = a_version()
    world.mappings.slow = True
    world.follow()
    assert status(world) is ModelStatus.STARTING_HOSTING
    world.mappings.time_passes()
    world.follow()
    assert status(world) is ModelStatus.HOSTED
    with_sleeper(world).stop_model()
    world.follow()
    assert (status(world), world.live.live) == (ModelStatus.STOPPING_HOSTING, {"plates": "1"})
    world.mappings.time_passes()
    world.follow()
    assert (status(world), world.live.live) == (ModelStatus.TRAINED, {"plates": None})
    assert workers(world).reading is Reading.OFF


def test_a_stop_during_a_start_ends_stopped() -> None:
    world = a_version()
    world.mappings.slow = True
    world.follow()
    with_sleeper(world).stop_model()
    for _ in range(3):
        world.follow()
        world.mappings.time_passes()
    assert (status(world), workers(world).reading) == (ModelStatus.TRAINED, Reading.OFF)


def test_more_workers_than_the_account_allows_are_refused_with_a_reason() -> None:
    world = a_version(units=5)
    world.mappings.allowed = 12
    other = Workers(mapping="m", queue=queue_of("cups"), reading=Reading.ON, most=4)
    world.mappings.mappings[other.queue] = other
    world.follow()
    assert status(world) is ModelStatus.HOSTING_FAILED
    assert "10 workers are needed and other projects have 4 of the 12" in world.record.models[1].status_message
    world.mappings.mappings[other.queue] = replace(other, reading=Reading.OFF)
    world.start_model(units=5)
    assert status(world) is ModelStatus.HOSTED


def test_what_aws_refuses_is_the_reason_of_the_failure_and_nobody_reads_the_queue() -> None:
    class Refusing(FakeMappings):
        def create(self, queue: str, most: int) -> Workers:
            raise HostingRefused("the role may not receive messages")

    world = replace(a_version(), mappings=Refusing())
    world.follow()
    assert (status(world), world.live.live) == (ModelStatus.HOSTING_FAILED, {"plates": None})
    assert world.record.models[1].status_message == "the role may not receive messages"


def test_the_live_version_is_switched_without_a_moment_in_which_nobody_reads() -> None:
    world = a_version()
    world.follow()
    world.import_model()
    world.clock.pass_by(1)
    world.mappings.slow = True
    world.start_model("2")
    assert (workers(world).reading, world.live.live) == (Reading.ON, {"plates": "2"})
    world.stop_model("1")
    assert (status(world, 1), status(world, 2)) == (ModelStatus.TRAINED, ModelStatus.HOSTED)


def test_a_deleted_project_loses_its_workers_then_its_queue_and_says_why_images_were_not_inspected() -> None:
    world = a_version()
    world.follow()
    world.stop_model()
    world.delete_model()
    world.delete_project()
    assert world.hosting.unfinished() == {"plates"}
    world.follow()
    assert (world.mappings.mappings, world.queues.queues) == ({}, {})
    assert "its project was deleted" in world.queues.removed[QUEUE]
    assert world.hosting.unfinished() == set()


def test_a_queue_with_the_name_of_a_deleted_project_that_is_anothers_stays() -> None:
    world = a_project()
    world.delete_project()
    world.queues.queues[QUEUE] = "cups"
    world.follow()
    assert world.queues.queues == {QUEUE: "cups"}


def test_a_queue_of_another_stage_is_left_alone() -> None:
    world = a_project()
    world.follow()
    world.queues.others.add("project-x-inspection")
    assert world.hosting.unfinished() == set()


def test_events_say_who_asked_and_a_repeated_one_has_the_same_id() -> None:
    world = a_version()
    world.follow()
    world.stop_model()
    started, stopped = world.bus.published
    assert (started.event_type, stopped.event_type) == ("ModelStarted", "ModelStopped")
    assert (started.project, started.version, started.workers, started.asked_by) == ("plates", 1, 2, "a1")
    again = a_version()
    again.follow()
    assert again.bus.published[0].event_id == started.event_id


def _drift(world: World) -> None:
    world.mappings.mappings[QUEUE] = replace(workers(world), reading=Reading.OFF)


def _lose_the_queue(world: World) -> None:
    world.queues.queues.clear()


def _lose_the_mapping(world: World) -> None:
    world.mappings.mappings.clear()


def _call_another_function(world: World) -> None:
    world.mappings.mappings[QUEUE] = replace(workers(world), current=False)


@pytest.mark.parametrize("harm", [_drift, _lose_the_queue, _lose_the_mapping, _call_another_function])
def test_what_somebody_changed_by_hand_is_found_and_put_right(harm: Callable[[World], None]) -> None:
    world = a_version()
    world.follow()
    assert world.hosting.unfinished() == set()
    harm(world)
    assert world.hosting.unfinished() == {"plates"}
    world.follow()
    assert workers(world).are(2)
    assert world.queues.queues == {QUEUE: "plates"}


def test_a_queue_that_is_read_without_a_hosted_version_is_found() -> None:
    world = a_version()
    world.follow()
    world.stop_model()
    world.mappings.mappings[QUEUE] = replace(workers(world), reading=Reading.ON)
    assert world.hosting.unfinished() == {"plates"}
    world.follow()
    assert workers(world).reading is Reading.OFF


def test_a_run_that_was_overtaken_undoes_what_is_no_longer_wanted() -> None:
    world = a_version()
    faster = replace(world)

    def stop() -> None:
        with_sleeper(faster).stop_model()
        faster.follow()

    replace(world, mappings=overtaken(world.mappings, "create", stop)).follow()
    assert (status(world), world.live.live, workers(world).reading) == (
        ModelStatus.TRAINED,
        {"plates": None},
        Reading.OFF,
    )


@pytest.mark.parametrize("stop", [False, True])
def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(stop: bool) -> None:
    wanted = (ModelStatus.TRAINED, None, Reading.OFF) if stop else (ModelStatus.HOSTED, "1", Reading.ON)
    for death in deaths():
        world = a_version()
        if stop:
            world.follow()
            with_sleeper(world).stop_model()
        killed(world, lambda mortal: mortal.follow(), death)
        for project in world.hosting.unfinished():
            world.follow(project)
        assert (status(world), world.live.live["plates"], workers(world).reading) == wanted
        assert world.hosting.unfinished() == set()
