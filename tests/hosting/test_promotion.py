"""A promotion and a roll back: one version takes the place of another, between two batches, or not at all."""

import pytest

from chalicelib.core.events import ModelPromoted, ModelRolledBack
from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.promote import promote_model
from chalicelib.projects.switch import Switch
from tests.hosting.test_follow import status, with_sleeper, workers
from tests.projects.mortal import deaths, killed
from tests.projects.world import OPERATOR, World, a_project

FIGURES = Figures(
    images=100,
    bad=10,
    good=20,
    candidate=VersionCounts(stopped=12, escapes=0, false_rejects=1),
    hosted=VersionCounts(stopped=11, escapes=2, false_rejects=1),
    now_stopped=3,
    now_passed=2,
)


def two_versions(units: int = 1) -> World:
    """Version 1 is hosted, version 2 is trained."""
    world = a_project()
    for _ in range(2):
        world.import_model()
    world.start_model("1", units=units)
    world.clock.pass_by(1)
    return world


def hosting(world: World) -> tuple[ModelStatus, ModelStatus, str | None]:
    return status(world, 1), status(world, 2), world.live.live["plates"]


FIRST = (ModelStatus.HOSTED, ModelStatus.TRAINED, "1")
SECOND = (ModelStatus.TRAINED, ModelStatus.HOSTED, "2")


def test_a_promoted_version_takes_the_place_of_the_hosted_one_with_its_units() -> None:
    world = two_versions(units=3)
    world.promote_model("2")
    assert hosting(world) == SECOND
    assert workers(world).most == 6


def test_a_roll_back_is_one_call_and_a_second_one_has_nothing_to_go_back_to() -> None:
    world = two_versions()
    world.promote_model("2")
    world.roll_back_model()
    assert hosting(world) == FIRST
    with pytest.raises(Conflict, match="took no other version's place"):
        world.roll_back_model()


def test_roll_backs_go_back_through_all_promotions() -> None:
    world = two_versions()
    world.import_model()
    for version in ("2", "3"):
        world.clock.pass_by(1)
        world.promote_model(version)
    live = []
    for _ in range(2):
        world.clock.pass_by(1)
        world.roll_back_model()
        live.append(world.live.live["plates"])
    assert live == ["2", "1"]


def test_a_version_that_fails_its_test_is_never_the_live_one_and_the_old_one_stays_hosted() -> None:
    world = two_versions()
    world.check.failures["plates", 2] = "it does not predict what it did in training"
    world.promote_model("2")
    assert hosting(world) == (ModelStatus.HOSTED, ModelStatus.HOSTING_FAILED, "1")
    assert world.record.models[2].status_message == "it does not predict what it did in training"
    assert [event.event_type for event in world.bus.published] == ["ModelStarted"]
    assert "2" not in world.live.pointed


def test_a_version_that_fails_its_test_is_not_started_either() -> None:
    world = a_project()
    world.import_model()
    world.check.failures["plates", 1] = "damaged"
    world.start_model("1")
    assert (status(world), world.live.live, world.mappings.mappings) == (
        ModelStatus.HOSTING_FAILED,
        {"plates": None},
        {},
    )


def test_the_events_say_who_asked_and_what_spoke_for_it() -> None:
    world = two_versions()
    world.promote_model("2", FIGURES)
    world.clock.pass_by(1)
    world.roll_back_model()
    [promoted] = [event for event in world.bus.published if isinstance(event, ModelPromoted)]
    [back] = [event for event in world.bus.published if isinstance(event, ModelRolledBack)]
    assert (promoted.version, promoted.replaced, promoted.asked_by, promoted.figures) == (2, 1, "a1", FIGURES)
    assert (back.version, back.replaced, back.figures) == (1, 2, None)


def in_use(world: World) -> tuple[int, bool] | None:
    """The version that the line uses, and whether it does so since now."""
    found = world.record.existing().in_use
    return None if found is None else (found.version, found.since == world.clock.now)


def test_a_version_is_in_use_since_it_took_the_place_of_another_one_and_not_since_its_last_start() -> None:
    world = two_versions()
    assert in_use(world) == (1, False)
    world.promote_model("2")
    assert in_use(world) == (2, True)
    world.clock.pass_by(1)
    world.roll_back_model()
    assert in_use(world) == (1, True)
    world.clock.pass_by(1)
    world.stop_model("1")
    world.start_model("1")
    assert in_use(world) == (1, False)


def test_a_version_that_is_not_hosted_in_the_end_is_not_in_use() -> None:
    world = two_versions()
    world.check.failures["plates", 2] = "damaged"
    world.promote_model("2")
    assert in_use(world) == (1, False)


def test_when_the_newer_of_two_hosted_versions_stops_the_older_one_is_in_use_since_then() -> None:
    world = two_versions()
    world.start_model("2")
    world.clock.pass_by(1)
    assert in_use(world) == (2, False)
    world.stop_model("2")
    assert in_use(world) == (1, True)


def test_the_same_call_again_changes_nothing() -> None:
    world = two_versions()
    people = with_sleeper(world)
    assert people.promote_model("2") == people.promote_model("2")
    world.follow()
    world.clock.pass_by(1)
    assert people.roll_back_model() == people.roll_back_model()


def test_while_another_version_starts_there_is_no_promotion() -> None:
    world = two_versions()
    world.import_model()
    people = with_sleeper(world)
    people.promote_model("2")
    with pytest.raises(Conflict, match="version 2 of project plates is STARTING_HOSTING: wait"):
        people.promote_model("3")


@pytest.mark.parametrize("version", ["1", "2"])
def test_without_a_hosted_version_there_is_no_promotion(version: str) -> None:
    world = two_versions()
    world.stop_model("1")
    with pytest.raises(Conflict, match="no hosted version: start one with StartModel"):
        world.promote_model(version)


def test_what_the_evidence_says_against_it_is_the_answer_and_nothing_changes() -> None:
    def refuse(candidate: ModelVersion, hosted: ModelVersion) -> Switch:
        raise Conflict("plates", ResourceType.MODEL, f"compare {candidate.version} with {hosted.version} first")

    world = two_versions()
    before = world.record
    with pytest.raises(Conflict, match="compare 2 with 1 first"):
        promote_model(
            "plates",
            "2",
            OPERATOR,
            evidence=refuse,
            registry=world.registry,
            waker=world.waker,
            clock=world.clock,
        )
    assert world.record == before


def test_a_deleted_version_is_named_when_it_was_to_be_hosted_again() -> None:
    world = two_versions()
    world.promote_model("2")
    world.delete_model("1")
    with pytest.raises(Conflict, match="version 1, which version 2 replaced, was deleted"):
        world.roll_back_model()


def test_a_start_by_hand_after_a_failed_promotion_stops_nothing_else() -> None:
    world = two_versions()
    world.check.failures["plates", 2] = "damaged"
    world.promote_model("2")
    world.check.failures.clear()
    world.clock.pass_by(1)
    world.start_model("2")
    assert hosting(world) == (ModelStatus.HOSTED, ModelStatus.HOSTED, "2")


@pytest.mark.parametrize("back", [False, True])
def test_a_switch_that_is_killed_anywhere_is_finished_by_the_next_run(back: bool) -> None:
    for death in deaths():
        world = two_versions()
        people = with_sleeper(world)
        if back:
            world.promote_model("2")
            world.clock.pass_by(1)
            people.roll_back_model()
        else:
            people.promote_model("2")
        killed(world, lambda mortal: mortal.follow(), death)
        for project in world.hosting.unfinished():
            world.follow(project)
        assert hosting(world) == (FIRST if back else SECOND)
        assert world.hosting.unfinished() == set()
