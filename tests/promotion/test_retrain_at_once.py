"""Two retrainings at the same time, and ten thousand reviews at once."""

import json
from contextlib import suppress
from dataclasses import replace

from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.errors import Conflict
from chalicelib.promotion.answers import retrained_as_json
from chalicelib.promotion.compare import Wanted, estimate
from chalicelib.promotion.domain import PART, Trained
from chalicelib.promotion.retrain import propose, retrain
from tests.projects.mortal import Death, Meanwhile, deaths
from tests.projects.world import ADMIN
from tests.promotion.test_retrain import ask, labels, retraining, train, two_reviews

LARGEST_ANSWER = 6 * 1024 * 1024
"""Bytes that Lambda answers at most."""


def test_of_two_retrainings_at_the_same_time_one_makes_a_version_which_is_proposed_once() -> None:
    for meanwhile in deaths(lambda calls, after: Meanwhile(calls, after, lambda: one())):  # noqa: PLW0108 - a later `one`
        plant = two_reviews()
        made: list[int] = []

        def one(death: Death | None = None) -> None:
            with suppress(Conflict):
                made.append(retrain("plates", ADMIN, retraining=retraining(plant, death)).version.version)  # noqa: B023

        one(meanwhile)
        assert made == [train(plant)]
        assert labels(plant) == {"a": "normal", "b": "anomaly"}
        orders = [each for each in plant.queue.waiting if isinstance(each, Trained)]
        plant.queue.waiting.clear()
        plant.models.versions[str(made[0])] = plant.models.versions["2"]
        for order in orders:
            propose(order, comparing=plant.comparing)
            plant.work_all()
        assert [each.candidate for each in plant.files.comparisons.values()] == made


def test_ten_thousand_reviews_at_once_become_the_labels_of_one_version_and_are_compared_in_parts() -> None:
    plant, many = two_reviews(), 10_000
    one = plant.reviews.stored[1]
    folder = one.key.rpartition("/")[0]
    plant.reviews.stored = [replace(one, inspection_id=f"{each:032x}", key=f"{folder}/{each}") for each in range(many)]
    retrained = ask(plant)
    assert retrained.version.status is ModelStatus.TRAINING
    assert labels(plant) == {str(each): "anomaly" for each in range(many)}
    assert len(json.dumps(retrained_as_json(retrained))) < LARGEST_ANSWER
    plan = estimate("plates", Wanted(version="2"), ADMIN, comparing=plant.comparing)
    assert (plan.reviewed, plan.images, plan.parts) == (many, many + 2, many // PART + 1)
