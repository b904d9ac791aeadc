"""Start and stop a version."""

from dataclasses import replace

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.errors import Conflict
from chalicelib.projects.hosting import Start, start_model
from tests.projects.mortal import deaths, killed, overtaken
from tests.projects.world import ADMIN, World, a_project
from tests.support.fake_projects import FakeWaker


def versions(count: int) -> World:
    """A project with so many trained versions."""
    world = a_project()
    for _ in range(count):
        world.import_model()
    return world


def status(world: World, version: int = 1) -> ModelStatus:
    return world.record.models[version].status


def test_a_started_version_is_the_live_one() -> None:
    world = versions(1)
    assert world.start_model().status is ModelStatus.STARTING_HOSTING
    assert status(world) is ModelStatus.HOSTED
    assert world.live.live == {"plates": "1"}


def test_a_stopped_version_is_trained_and_no_longer_live() -> None:
    world = versions(1)
    world.start_model()
    assert world.stop_model().status is ModelStatus.STOPPING_HOSTING
    assert status(world) is ModelStatus.TRAINED
    assert world.live.live == {"plates": None}


def test_the_version_that_was_started_last_is_live() -> None:
    world = versions(2)
    for version in ("2", "1"):
        world.clock.pass_by(1)
        world.start_model(version)
    assert world.live.live == {"plates": "1"}
    world.stop_model("1")
    assert world.live.live == {"plates": "2"}


def test_a_version_without_a_file_is_not_hosted_and_can_be_started_again() -> None:
    world = versions(1)
    content = world.files.stored.pop(("plates", 1))
    world.start_model()
    assert status(world) is ModelStatus.HOSTING_FAILED
    assert "the file of version 1 is missing" in world.record.models[1].status_message
    assert world.live.live == {"plates": None}
    world.files.stored["plates", 1] = content
    world.start_model()
    assert (status(world), world.record.models[1].status_message) == (ModelStatus.HOSTED, "")


def test_a_hosted_version_cannot_be_started_nor_a_trained_one_stopped() -> None:
    world = versions(1)
    with pytest.raises(Conflict, match=r"StopModel: version 1 .* is TRAINED: it is not hosted"):
        world.stop_model()
    world.start_model()
    with pytest.raises(Conflict, match=r"StartModel: version 1 .* is HOSTED: it is in use"):
        world.start_model()


def test_a_version_that_starts_is_not_started_with_other_units_unseen() -> None:
    world = versions(1)

    def start(units: int) -> ModelStatus:
        wanted = Start(version="1", min_inference_units=units)
        slow = FakeWaker()
        return start_model("plates", wanted, ADMIN, registry=world.registry, waker=slow, clock=world.clock).status

    assert start(1) is start(1) is ModelStatus.STARTING_HOSTING
    with pytest.raises(Conflict, match=r"StartModel: version 1 .* is STARTING_HOSTING: wait until it is HOSTED"):
        start(2)
    assert world.record.models[1].min_inference_units == 1


@pytest.mark.parametrize("stop", [False, True])
def test_what_was_killed_goes_on_when_it_is_repeated(stop: bool) -> None:
    def work(world: World) -> None:
        if stop:
            world.stop_model()
        else:
            world.start_model()

    wanted = (ModelStatus.TRAINED, None) if stop else (ModelStatus.HOSTED, "1")
    for death in deaths():
        world = versions(1)
        if stop:
            world.start_model()
        if killed(world, work, death) and status(world) is not wanted[0]:
            work(world)
        assert (status(world), world.live.live["plates"]) == wanted


def test_a_slow_start_does_not_replace_the_version_that_was_started_after_it() -> None:
    world = versions(2)
    faster = replace(world)

    def start_the_other() -> None:
        world.clock.pass_by(1)
        faster.start_model("2")

    world.files = overtaken(world.files, "exists", start_the_other)
    world.start_model("1")
    assert world.live.live == {"plates": "2"}
    assert (status(world, 1), status(world, 2)) == (ModelStatus.HOSTED, ModelStatus.HOSTED)


def test_an_older_view_does_not_replace_a_newer_one() -> None:
    world = versions(1)
    world.live.point("plates", "1", order=10)
    world.live.point("plates", None, order=9)
    assert world.live.live == {"plates": "1"}


@pytest.mark.parametrize(("least", "most", "field"), [(0, None, "Min"), (2, 1, "Max"), (-1, 5, "Min")])
def test_impossible_units_are_refused(least: int, most: int | None, field: str) -> None:
    world = versions(1)
    with pytest.raises(InvalidRequest, match=f"{field}InferenceUnits"):
        start_model(
            "plates",
            Start(version="1", min_inference_units=least, max_inference_units=most),
            ADMIN,
            registry=world.registry,
            waker=world.waker,
            clock=world.clock,
        )


def test_a_viewer_starts_nothing() -> None:
    world = versions(1)
    with pytest.raises(Forbidden, match="the role operator, admin"):
        start_model(
            "plates",
            Start(version="1", min_inference_units=1),
            replace(ADMIN, role=Role.VIEWER),
            registry=world.registry,
            waker=world.waker,
            clock=world.clock,
        )
