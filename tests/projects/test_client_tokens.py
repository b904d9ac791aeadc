"""A call with a client token happens once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change import TOKENS_LAST
from chalicelib.projects.domain import DatasetType, ModelStatus
from chalicelib.projects.errors import Conflict
from tests.projects.mortal import overtaken
from tests.projects.world import World, a_project, a_trainable_project, line, lines


def test_the_same_call_gets_the_same_answer_and_happens_once() -> None:
    world = World()
    first = world.create_project("t1")
    world.clock.pass_by(60)
    revision = world.record.revision
    assert world.create_project("t1") == first
    assert world.record.revision == revision


def test_every_changing_call_can_be_repeated() -> None:
    world = World()
    for call in (
        lambda: world.create_project("t1"),
        lambda: world.create_dataset(manifest=lines(20, 10), token="t1"),
        lambda: world.update_entries(line(99).encode(), token="t1"),
        lambda: world.create_model("t1"),
    ):
        assert call() == call()
    world.begin()
    world.end()
    for later in (
        lambda: world.start_model(token="t1"),
        lambda: world.stop_model(token="t1"),
        lambda: world.delete_model(token="t1"),
        lambda: world.delete_dataset(token="t1"),
        lambda: world.delete_project("t1"),
    ):
        assert later() == later()
    assert not world.files.stored
    assert not world.entries.revisions


def test_the_same_call_twice_at_the_same_time_gets_the_same_answer() -> None:
    """The other one commits after this one looked for the first time."""
    for method in ("find", "answer", "commit"):
        world = World()
        faster = replace(world)
        world.registry = overtaken(world.registry, method, partial(faster.create_project, "t1"))
        world.clock.pass_by(1)
        assert world.create_project("t1") == faster.create_project("t1")


def test_another_call_with_the_same_token_is_a_conflict() -> None:
    world = a_project()
    world.create_dataset(DatasetType.TRAIN, token="t1")
    with pytest.raises(Conflict, match="t1 was used for another CreateDataset"):
        world.create_dataset(DatasetType.TEST, token="t1")


def test_a_token_belongs_to_one_operation() -> None:
    world = World()
    world.create_project("t1")
    assert world.create_dataset(token="t1").type is DatasetType.TRAIN


def test_a_token_can_be_used_again_after_eight_hours() -> None:
    world = a_project()
    world.create_dataset(DatasetType.TRAIN, token="t1")
    world.clock.now += TOKENS_LAST + timedelta(seconds=1)
    assert world.create_dataset(DatasetType.TEST, token="t1").type is DatasetType.TEST


@pytest.mark.parametrize("token", ["", "a b", "ü", "a" * 65, "a_b"])
def test_a_token_that_breaks_the_contract_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequest, match="ClientToken"):
        World().create_project(token)


def test_a_call_that_failed_can_be_repeated_with_its_token() -> None:
    world = a_project()
    with pytest.raises(Conflict):
        world.create_project("t1")
    world.delete_project()
    assert world.create_project("t1").name == "plates"


def test_a_repeated_call_sends_a_version_to_training_that_was_not_sent() -> None:
    """The first one died between its commit and the queue."""
    world = a_trainable_project()
    world.create_model("t1")
    world.queue.sent.clear()
    assert world.create_model("t1").status is ModelStatus.TRAINING
    assert world.queue.sent == [("plates", 1)]


def test_a_repeated_call_does_not_send_a_version_whose_training_began() -> None:
    world = a_trainable_project()
    world.create_model("t1")
    world.begin()
    world.queue.sent.clear()
    world.create_model("t1")
    assert world.queue.sent == []
