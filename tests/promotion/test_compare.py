"""Who may compare what, and what a comparison says."""

from dataclasses import replace

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.core.verdict import Label
from chalicelib.projects.errors import Conflict
from chalicelib.promotion.answers import progress_as_json
from chalicelib.promotion.compare import Wanted, begin_comparison, estimate, list_comparisons, show_comparison
from chalicelib.promotion.domain import no_worse
from chalicelib.vision.binomial import lower_bound, upper_bound
from tests.projects.world import OPERATOR, a_trainable_project
from tests.promotion.world import DENT, GOOD, SCRATCH, Plant, a_plant


def test_an_estimate_says_how_much_there_is_and_stores_nothing() -> None:
    plant = a_plant()
    plant.inspect("a", GOOD)
    plant.inspect("b", GOOD, version="3")
    plan = estimate("plates", Wanted(version="2"), OPERATOR, comparing=plant.comparing)
    assert (plan.images, plan.predictions) == (2, 3)
    assert (plant.files.comparisons, plant.queue.waiting) == ({}, [])


def test_a_candidate_is_compared_with_the_hosted_version_or_with_the_one_that_is_named() -> None:
    plant = a_plant(versions=3)
    assert plant.begin("2").hosted == 1
    assert plant.begin("3", against="2").hosted == 2


def test_while_nothing_is_hosted_it_is_compared_with_what_was_hosted_last() -> None:
    plant = a_plant()
    plant.world.stop_model("1")
    assert plant.begin("2").hosted == 1


def test_without_any_start_there_is_nothing_to_compare_with() -> None:
    world = a_trainable_project()
    for _ in range(2):
        world.import_model()
    with pytest.raises(Conflict, match="no version of project plates was ever hosted"):
        Plant(world).begin("2")


def test_a_version_is_not_compared_with_itself() -> None:
    with pytest.raises(InvalidRequest, match="version: must be another one than version 1, with which it is compared"):
        a_plant().begin("1")


def test_a_version_in_training_has_no_model_to_compare() -> None:
    plant = a_plant()
    version = plant.world.create_model().version
    with pytest.raises(Conflict, match=f"version {version} of project plates is TRAINING"):
        plant.begin(str(version))


@pytest.mark.parametrize(("field", "value"), [("days", 0), ("days", 32), ("images", 0), ("images", 20_001)])
def test_a_comparison_has_a_limited_size(field: str, value: int) -> None:
    with pytest.raises(InvalidRequest, match=field):
        a_plant().begin("2", **{field: value})


def test_the_same_request_again_goes_on_with_the_comparison_until_it_ends() -> None:
    plant = a_plant()
    plant.inspect("a", GOOD)
    first = plant.begin()
    plant.world.clock.pass_by(30)
    assert plant.begin() == first
    assert plant.begin(days=3) != first
    plant.work_all()
    plant.world.clock.pass_by(30)
    assert plant.begin() != first


@pytest.mark.parametrize("grant", [Grant("v", Role.VIEWER, "plates"), Grant("o", Role.OPERATOR, "cups")])
def test_who_may_not_compare_learns_why(grant: Grant) -> None:
    with pytest.raises(Forbidden):
        begin_comparison("plates", Wanted(version="2"), grant, comparing=a_plant().comparing)


def test_a_viewer_sees_the_comparisons_of_the_own_project_only() -> None:
    plant, viewer = a_plant(), Grant("v", Role.VIEWER, "plates")
    comparison = plant.compared().comparison
    [found] = list_comparisons("plates", viewer, comparing=plant.comparing)
    assert found.comparison == comparison
    with pytest.raises(Forbidden):
        list_comparisons("plates", replace(viewer, project="cups"), comparing=plant.comparing)
    for unknown in ("none", "a" * 2000):
        with pytest.raises(NotFound, match=f"project plates has no comparison {unknown}"):
            show_comparison("plates", unknown, viewer, comparing=plant.comparing)


def test_the_answer_has_counts_exact_bounds_and_the_images_that_flip() -> None:
    plant = a_plant()
    plant.review(plant.inspect("a", GOOD), Label.NORMAL)
    plant.review(plant.inspect("b", SCRATCH), Label.ANOMALOUS)
    plant.review(plant.inspect("c", DENT), Label.ANOMALOUS)
    answer = progress_as_json(plant.compared())
    outcome = answer["outcome"]
    assert outcome is not None
    figures = outcome["figures"]
    assert figures is not None
    assert (answer["state"], outcome["no_worse"]) == ("ended", True)
    assert figures["hosted"]["escapes"] == {"count": 1, "of": 2, "lower": 0.025321, "upper": 0.974679}
    assert figures["candidate"]["escapes"] == {"count": 0, "of": 2, "lower": 0.0, "upper": 0.776393}
    [flip] = outcome["flips"]
    assert (flip["candidate"], flip["hosted"], flip["label"]) == ("anomalous", "normal", "anomalous")


def test_bounds_are_those_of_clopper_and_pearson() -> None:
    """For no mistake in n images the upper bound is 1 - 0.05^(1/n); the lower one of all is 0.05^(1/n)."""
    assert upper_bound(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert lower_bound(59, 59) == pytest.approx(0.05 ** (1 / 59))
    assert (lower_bound(0, 5), lower_bound(0, 0), upper_bound(0, 0)) == (0.0, 0.0, 1.0)


def test_a_version_with_one_more_escape_is_worse_however_few_false_rejects_it_has() -> None:
    plant = a_plant(versions=3)
    plant.review(plant.inspect("b", DENT), Label.ANOMALOUS)
    figures = [outcome.figures for version in "23" if (outcome := plant.compared(version).outcome)]
    assert [no_worse(each) for each in figures if each] == [True, False]
