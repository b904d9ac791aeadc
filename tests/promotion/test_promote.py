"""A version is promoted on the evidence of a comparison."""

import pytest

from chalicelib.core.events import ModelPromoted
from chalicelib.core.verdict import Label
from chalicelib.projects.errors import Conflict
from tests.promotion.world import SCRATCH, a_plant


def test_the_figures_of_the_newest_comparison_go_with_the_promotion() -> None:
    plant = a_plant()
    plant.compared()
    plant.world.clock.pass_by(60)
    plant.review(plant.inspect("a", SCRATCH), Label.ANOMALOUS)
    newest = plant.compared()
    plant.promote()
    assert plant.world.live.live == {"plates": "2"}
    [event] = [each for each in plant.world.bus.published if isinstance(each, ModelPromoted)]
    assert newest.outcome is not None
    assert (event.comparison, event.figures) == (newest.comparison.comparison_id, newest.outcome.figures)


def test_a_version_that_was_not_compared_with_the_hosted_one_is_not_promoted_unless_unseen() -> None:
    plant = a_plant(versions=3)
    plant.compared("2", against="3")
    with pytest.raises(Conflict, match="version 2 was not compared with version 1, which is hosted: compare them"):
        plant.promote()
    plant.promote(unseen=True)
    assert plant.world.live.live == {"plates": "2"}


def test_for_the_hosted_version_or_one_in_training_nobody_is_sent_to_compare_first() -> None:
    plant = a_plant()
    training = plant.world.create_model().version
    for version, why in ((1, "version 1 of project plates is the hosted one already"), (training, "is TRAINING: wait")):
        with pytest.raises(Conflict, match=why):
            plant.promote(str(version))


def test_a_comparison_that_is_under_way_or_failed_speaks_for_nothing() -> None:
    plant = a_plant()
    plant.begin()
    with pytest.raises(Conflict, match="was not compared"):
        plant.promote()
    plant.models.refused.add("2")
    plant.work_all()
    with pytest.raises(Conflict, match="was not compared"):
        plant.promote()
