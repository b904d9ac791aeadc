"""The lease of the worker that trains a version."""

from collections.abc import Iterator

import pytest

from chalicelib.projects.domain import Kind, ModelStatus, ModelVersion
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.training import LEASE, LONGEST_WAIT, fail_overdue_trainings, fail_training, renew_lease
from tests.projects.world import GOOD, World, a_trainable_project
from tests.support.fake_projects import FakeRegistry


def in_training() -> World:
    world = a_trainable_project()
    world.create_model()
    return world


def sweep(world: World) -> list[ModelVersion]:
    return fail_overdue_trainings(registry=world.registry, clock=world.clock)


def renew(world: World, worker: str = "w1", progress: float = 0.5) -> bool:
    return renew_lease("plates", 1, worker, progress, registry=world.registry, clock=world.clock)


def test_one_worker_trains_a_version_however_often_it_is_sent() -> None:
    world = in_training()
    assert world.begin(worker="w1") is not None
    assert world.begin(worker="w2") is None
    assert not world.end(worker="w2")


def test_a_trained_version_has_its_evaluation_and_no_lease() -> None:
    world = in_training()
    world.begin()
    assert world.end()
    model = world.record.models[1]
    assert (model.status, model.evaluation, model.lease) == (ModelStatus.TRAINED, GOOD, None)


def test_a_version_is_not_trained_again() -> None:
    world = in_training()
    world.begin()
    world.end()
    assert world.begin(worker="w2") is None
    assert not world.end(worker="w1")


def test_a_worker_that_renews_its_lease_keeps_it() -> None:
    world = in_training()
    world.begin()
    for _ in range(10):
        world.clock.pass_by(LEASE.total_seconds() - 1)
        assert renew(world)
        assert sweep(world) == []
    lease = world.record.models[1].lease
    assert lease is not None
    assert lease.progress == 0.5


def test_a_worker_that_is_silent_has_failed_and_a_person_can_go_on() -> None:
    world = in_training()
    world.begin()
    renew(world, progress=0.25)
    world.clock.pass_by(LEASE.total_seconds() + 1)
    [failed] = sweep(world)
    assert failed.status is ModelStatus.TRAINING_FAILED
    assert "its worker stopped at 25%" in failed.status_message
    assert world.create_model().version == 2


def test_a_worker_that_comes_back_too_late_changes_nothing() -> None:
    world = in_training()
    world.begin()
    world.clock.pass_by(LEASE.total_seconds() + 1)
    sweep(world)
    assert not renew(world)
    assert not world.end()
    assert not fail_training("plates", 1, "w1", "why", registry=world.registry, clock=world.clock)
    assert world.record.models[1].status is ModelStatus.TRAINING_FAILED


def test_a_version_that_no_worker_takes_has_failed_after_an_hour() -> None:
    """Its message was lost, as when the call died before it was sent."""
    world = in_training()
    world.clock.pass_by(LONGEST_WAIT.total_seconds())
    assert sweep(world) == []
    world.clock.pass_by(1)
    [failed] = sweep(world)
    assert "no worker began within 1:00:00" in failed.status_message


def test_a_sweep_changes_nothing_where_nothing_is_overdue() -> None:
    world = in_training()
    before = world.record
    assert sweep(world) == []
    assert world.record is before


def test_a_project_that_cannot_be_read_keeps_no_other_from_its_end() -> None:
    world = in_training()
    world.clock.pass_by(LONGEST_WAIT.total_seconds() + 1)

    class Broken(FakeRegistry):
        def find(self, project: str) -> ProjectRecord:
            if project == "broken":
                raise OSError("its record is broken")
            return super().find(project)

        def of_kind(self, kind: Kind) -> Iterator[str]:
            return iter(["broken", "plates"])

    world.registry = Broken(world.registry.records)
    with pytest.raises(ExceptionGroup, match="trainings of 1 projects could not be checked: broken"):
        sweep(world)
    assert world.record.models[1].status is ModelStatus.TRAINING_FAILED
