"""The calendar starts and stops versions in the registry, and knows its own starts and stops from those of people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from chalicelib.access.domain import Grant
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.hosting import Start, start_model, stop_model
from chalicelib.projects.life_cycle import moved
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState, Wish
from chalicelib.shifts.registry_hosting import RegistryHosting
from tests.projects.world import World


def hosting_of(world: World) -> RegistryHosting:
    """On the registry of a world, with seven images that wait."""

    def start(project: str, wanted: Start, grant: Grant) -> ModelVersion:
        return start_model(project, wanted, grant, registry=world.registry, waker=world.waker, clock=world.clock)

    def stop(project: str, version: str, grant: Grant) -> ModelVersion:
        return stop_model(project, version, grant, registry=world.registry, waker=world.waker, clock=world.clock)

    return RegistryHosting(world.registry, start, stop, waiting=lambda _: 7)


def a_world(versions: int = 1) -> World:
    world = World()
    world.create_project()
    for _ in range(versions):
        world.import_model()
    return world


def found(world: World) -> Hosting:
    hosting = hosting_of(world).read("plates")
    assert hosting is not None
    return hosting


def change(world: World, make: Callable[[ModelVersion], ModelVersion], version: int = 1) -> None:
    record = world.record
    world.registry.commit(record, record.with_model(make(record.models[version])), None, at=world.clock())


def test_without_the_project_there_is_nothing() -> None:
    assert hosting_of(World()).read("plates") is None


def test_without_a_start_by_anybody_there_is_no_version_to_start() -> None:
    world = a_world()
    assert found(world) == Hosting(state=HostingState.STOPPED, wish=None, version=None)
    assert hosting_of(world).write("plates", run=True)
    assert found(world).state is HostingState.STOPPED


def test_a_start_by_a_person_is_known_as_theirs() -> None:
    world = a_world()
    world.start_model()
    hosting = found(world)
    assert hosting.state is HostingState.HOSTED
    assert hosting.wish == Wish(run=True, asked_by="a1", asked_at=world.clock())
    assert (hosting.version, hosting.waiting) == (1, 7)


def test_the_calendar_starts_the_version_that_was_started_last_with_its_units() -> None:
    world = a_world(versions=3)
    world.start_model("1")
    world.clock.pass_by(60)
    world.start_model("2")
    change(world, lambda model: replace(model, min_inference_units=2, max_inference_units=5), version=2)
    assert hosting_of(world).write("plates", run=False)
    assert [each.status for each in world.record.models.values()] == [ModelStatus.TRAINED] * 3
    world.clock.pass_by(60)
    assert hosting_of(world).write("plates", run=True)
    live = world.record.live
    assert live is not None
    assert (live.version, live.min_inference_units, live.max_inference_units) == (2, 2, 5)
    assert found(world).wish == Wish(run=True, asked_by=CALENDAR_ASKS, asked_at=world.clock())


def test_after_a_promotion_that_failed_the_calendar_starts_the_version_that_worked() -> None:
    world = a_world(versions=2)
    world.start_model("1")
    world.clock.pass_by(60)
    world.check.failures["plates", 2] = "damaged"
    world.promote_model("2")
    hosting = hosting_of(world)
    assert hosting.write("plates", run=False)
    assert [each.status for each in world.record.models.values()] == [ModelStatus.TRAINED] * 2
    assert (found(world).version, found(world).state) == (1, HostingState.STOPPED)
    world.clock.pass_by(60)
    assert hosting.write("plates", run=True)
    assert [each.status for each in world.record.models.values()] == [ModelStatus.HOSTED, ModelStatus.TRAINED]


def test_a_stop_by_a_person_is_known_as_theirs() -> None:
    world = a_world()
    world.start_model()
    hosting_of(world).write("plates", run=False)
    assert found(world).wish == Wish(run=False, asked_by=CALENDAR_ASKS, asked_at=world.clock())
    hosting_of(world).write("plates", run=True)
    world.clock.pass_by(60)
    world.stop_model()
    assert found(world).wish == Wish(run=False, asked_by="a1", asked_at=world.clock())


def test_while_a_version_stops_it_cannot_be_started() -> None:
    world = a_world()
    world.start_model()
    change(world, lambda model: moved(model, ModelStatus.STOPPING_HOSTING, at=world.clock()))
    assert found(world).state is HostingState.STOPPING
    assert not hosting_of(world).write("plates", run=True)


def test_the_warm_up_is_the_time_from_the_start_until_it_is_hosted() -> None:
    world = a_world()
    world.start_model()
    change(world, lambda model: replace(model, changed_at=model.changed_at + timedelta(seconds=41)))
    assert found(world).warm_up == timedelta(seconds=41)


def test_a_start_that_failed_was_wanted() -> None:
    world = a_world()
    world.start_model()
    change(world, lambda model: replace(model, status=ModelStatus.HOSTING_FAILED))
    hosting = found(world)
    assert hosting.state is HostingState.FAILED
    assert hosting.wish is not None
    assert hosting.wish.run
