"""A threshold is moved by a version of its own, whose number says all of how it decides."""

from dataclasses import replace

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.projects.domain import MaskClass, ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict
from chalicelib.projects.moved_threshold import MovedThreshold
from chalicelib.thresholds.answers import thresholds_as_json
from chalicelib.thresholds.move import Thresholds, move_threshold, show_thresholds
from chalicelib.vision.costs import Costs
from chalicelib.vision.model_bytes import held_out
from tests.projects.mortal import Mortal, deaths
from tests.projects.world import ADMIN, OPERATOR, World, a_trainable_project
from tests.support.interleaving import Died
from tests.thresholds.model_files import a_model_file

COSTS = Costs(50, 0.8, 0.02)


def trained() -> World:
    """Version 1 is trained."""
    world = a_trainable_project()
    world.train()
    world.files.stored["plates", 1] = a_model_file()
    return world


@pytest.fixture
def world() -> World:
    return trained()


def shown(world: World, costs: Costs | None = COSTS, version: str = "1") -> Thresholds:
    return show_thresholds("plates", version, costs, OPERATOR, registry=world.registry, files=world.files)


def moved(world: World, threshold: float = 0.15, version: str = "1", grant: Grant = ADMIN) -> ModelVersion:
    ports = {"registry": world.registry, "files": world.files, "clock": world.clock}
    return move_threshold("plates", version, threshold, grant, **ports)  # type: ignore[arg-type]


def test_a_moved_threshold_is_a_trained_version_that_says_whose_weights_it_has_and_who_wanted_it(world: World) -> None:
    learned = replace(world.record.models[1], masks=MaskClass(name="scratch", colour="#D62728"))
    world.registry.records["plates"] = world.record.with_model(learned)
    model = moved(world)
    assert (model.version, model.status) == (2, ModelStatus.TRAINED)
    assert model.moved == MovedThreshold(version=1, threshold=0.15, by="a1")
    assert (model.train, model.masks) == (learned.train, learned.masks)
    assert held_out(world.files.stored["plates", 2]).threshold == 0.15
    assert held_out(world.files.stored["plates", 1]).threshold == 0.5


def test_its_figures_are_those_of_images_that_were_left_out(world: World) -> None:
    found = moved(world).evaluation
    assert found is not None
    assert (found.recall, found.precision) == (1.0, 5 / 8)


def test_asked_for_twice_there_is_one(world: World) -> None:
    assert moved(world) == moved(world)
    assert len(world.record.models) == 2


def test_a_version_that_was_moved_is_moved_again_from_the_first_weights(world: World) -> None:
    moved(world)
    assert moved(world, 0.3, "2").moved == MovedThreshold(version=1, threshold=0.3, by="a1")
    assert moved(world, 0.15, "3").version == 2


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), 0.5])
def test_what_is_no_other_threshold_is_refused(world: World, threshold: float) -> None:
    with pytest.raises(InvalidRequest, match="threshold"):
        moved(world, threshold)
    assert len(world.record.models) == 1


def test_a_version_without_a_readable_file_is_refused(world: World) -> None:
    world.files.stored["plates", 1] = b"damaged"
    with pytest.raises(Conflict, match="cut short"):
        moved(world)
    world.files.stored.clear()
    with pytest.raises(Conflict, match="no model file"):
        shown(world)


def test_only_an_administrator_moves_it(world: World) -> None:
    with pytest.raises(Forbidden):
        moved(world, grant=replace(ADMIN, role=Role.OPERATOR))


def test_a_kill_at_any_call_leaves_the_version_whole_or_not_there() -> None:
    for death in deaths():
        world = trained()
        ports = {"registry": Mortal(world.registry, death), "files": Mortal(world.files, death), "clock": world.clock}
        try:
            move_threshold("plates", "1", 0.15, ADMIN, **ports)  # type: ignore[arg-type]
        except Died:
            assert all(("plates", version) in world.files.stored for version in world.record.models)
        assert moved(world).moved == MovedThreshold(version=1, threshold=0.15, by="a1")


def test_the_answer_has_the_present_step_and_the_cheapest_one(world: World) -> None:
    answer = thresholds_as_json(shown(world))
    best = answer["best"]
    assert best is not None
    assert (answer["now"]["escapes"]["count"], answer["now"]["false_rejects"]["count"]) == (2, 1)
    assert best["step"] in answer["steps"]
    assert best["step"]["expected"] == min((each["expected"] for each in answer["steps"]), key=lambda of: of["cost"])  # type: ignore[index]
    assert best["saving"] > 0
    assert best["thresholds"]["low"] <= best["step"]["threshold"] <= best["thresholds"]["high"]


def test_without_prices_or_without_anomalies_nothing_is_best(world: World) -> None:
    assert shown(world, None).best is None
    world.files.stored["plates", 1] = a_model_file(anomalies=())
    assert (shown(world).best, shown(world).steps) == (None, [])


@pytest.mark.parametrize("costs", [Costs(-1, 1, 0.1), Costs(1, float("inf"), 0.1), Costs(1, 1, 2)])
def test_prices_are_numbers_that_make_sense(world: World, costs: Costs) -> None:
    with pytest.raises(InvalidRequest, match="must be 0 to"):
        shown(world, costs)
