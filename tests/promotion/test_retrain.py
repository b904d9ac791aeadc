"""What people said becomes labels, the labels become a version, and the version is proposed."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden
from chalicelib.core.verdict import Label
from chalicelib.inspections.ports import StoredImage
from chalicelib.projects.datasets import update_entries
from chalicelib.projects.domain import DatasetType, ModelStatus
from chalicelib.projects.entries import entries_of
from chalicelib.projects.errors import Conflict
from chalicelib.projects.revisions import Storage
from chalicelib.projects.training import fail_training
from chalicelib.projects.versions import create_model
from chalicelib.promotion.domain import Trained
from chalicelib.promotion.retrain import Retrained, Retraining, preview, propose, retrain, show_learned
from tests.projects.mortal import Death, Mortal, deaths
from tests.projects.world import ADMIN, line
from tests.promotion.world import DENT, GOOD, SCRATCH, Plant, a_plant
from tests.support.interleaving import Died

TRAIN = DatasetType.TRAIN


def retraining(plant: Plant, death: Death | None = None) -> Retraining:
    world, comparing = plant.world, plant.comparing

    def mortal(port: Any) -> Any:
        return port if death is None else Mortal(port, death)

    registry, entries = mortal(world.registry), mortal(world.entries)

    def update(*arguments: Any) -> Any:
        return update_entries(*arguments, storage=Storage(registry=registry, entries=entries, clock=world.clock))

    def create(*arguments: Any) -> Any:
        return create_model(
            *arguments, registry=registry, queue=mortal(world.queue), bucket=world.entries.bucket, clock=world.clock
        )

    comparing = replace(comparing, registry=registry, queue=mortal(plant.queue), comparisons=mortal(plant.files))
    return Retraining(comparing=comparing, entries=entries, update_entries=update, create_model=create)


def ask(plant: Plant) -> Retrained:
    return retrain("plates", ADMIN, retraining=retraining(plant))


def labels(plant: Plant) -> dict[str, str | None]:
    """The labels of the images that cameras uploaded, by image id."""
    dataset = plant.world.record.datasets[TRAIN]
    entries = entries_of("plates", dataset, plant.world.entries)
    return {each.source.rpartition("/")[2]: each.label for each in entries if "/line-1/" in each.source}


def two_reviews() -> Plant:
    plant = a_plant()
    plant.review(plant.inspect("a", GOOD), Label.NORMAL)
    plant.review(plant.inspect("b", SCRATCH), Label.ANOMALOUS)
    return plant


def train(plant: Plant) -> int:
    """Train the version in the queue; its number."""
    model = plant.world.record.training
    assert model is not None
    plant.world.begin(model.version)
    plant.world.end(model.version)
    return model.version


def test_reviews_become_labels_of_the_data_set_and_a_version_is_trained_on_it() -> None:
    plant = two_reviews()
    retrained = ask(plant)
    assert labels(plant) == {"a": "normal", "b": "anomaly"}
    assert retrained.version.status is ModelStatus.TRAINING
    assert retrained.version.train == plant.world.record.datasets[TRAIN].revision
    assert [each.reviewed_by for each in retrained.learned.taken] == ["r1", "r1"]


def test_a_review_that_contradicts_the_data_set_is_shown_and_not_learned_from() -> None:
    plant = two_reviews()
    image = plant.inspect("c", DENT)
    source = f"s3://{image.bucket}/{image.key}"
    entry = line(0).replace("s3://bucket/images/plates/0.png", source)
    plant.world.entries.bucket = image.bucket
    plant.world.update_entries(entry.encode())
    plant.review(image, Label.ANOMALOUS)
    [contradiction] = ask(plant).learned.contradictions
    assert (contradiction.source, contradiction.label, contradiction.dataset_label) == (source, "anomaly", "normal")
    assert labels(plant) == {"a": "normal", "b": "anomaly", "c": "normal"}


def test_an_image_of_the_test_set_is_never_learned_from() -> None:
    plant = a_plant()
    image = plant.inspect("c", DENT)
    entry = line(0, "anomaly").replace("s3://bucket/images/plates/0.png", f"s3://{image.bucket}/{image.key}")
    plant.world.create_dataset(DatasetType.TEST, entry.encode())
    plant.review(image, Label.NORMAL)
    learned = preview("plates", ADMIN, retraining=retraining(plant))
    assert (learned.taken, [each.dataset for each in learned.contradictions]) == ((), [DatasetType.TEST])


def test_a_person_who_thinks_again_changes_the_label_that_came_from_the_review() -> None:
    plant = two_reviews()
    ask(plant)
    train(plant)
    plant.review(plant.inspect("a", GOOD), Label.ANOMALOUS, hours=1)
    [changed] = ask(plant).learned.taken
    assert (changed.label, labels(plant)["a"]) == ("anomaly", "anomaly")


def test_without_new_labels_a_retraining_is_refused() -> None:
    plant = two_reviews()
    ask(plant)
    version = train(plant)
    with pytest.raises(Conflict, match=f"there are no new labels since version {version}: review images"):
        ask(plant)


def test_after_a_training_that_failed_the_same_labels_are_tried_again() -> None:
    plant = two_reviews()
    version = ask(plant).version.version
    plant.world.begin(version)
    fail_training("plates", version, "w1", "tired", registry=plant.world.registry, clock=plant.world.clock)
    assert ask(plant).version.version == version + 1


def test_of_two_retrainings_at_once_the_second_is_refused() -> None:
    plant = two_reviews()
    version = ask(plant).version.version
    plant.review(plant.inspect("c", DENT), Label.ANOMALOUS)
    with pytest.raises(Conflict, match=f"one version at a time: version {version} of project plates is TRAINING: wait"):
        ask(plant)
    assert "c" not in labels(plant)


@pytest.mark.parametrize("grant", [replace(ADMIN, role=Role.OPERATOR), Grant("a", Role.ADMIN, "cups")])
def test_only_an_admin_of_the_project_retrains(grant: Grant) -> None:
    with pytest.raises(Forbidden):
        retrain("plates", grant, retraining=retraining(two_reviews()))


def test_what_a_version_has_learned_is_kept() -> None:
    plant = two_reviews()
    retrained = ask(plant)
    version = str(retrained.version.version)
    assert show_learned("plates", version, ADMIN, comparing=plant.comparing) == retrained.learned
    assert show_learned("plates", "1", ADMIN, comparing=plant.comparing).taken == ()


def test_a_retrained_version_is_compared_when_it_is_trained_and_so_proposed() -> None:
    plant = two_reviews()
    ask(plant)
    [order] = plant.queue.waiting
    assert isinstance(order, Trained)
    propose(order, comparing=plant.comparing)
    assert plant.queue.waiting == [order, order]
    plant.world.clock.pass_by(4 * 3600)
    propose(order, comparing=plant.comparing)
    assert plant.queue.waiting == [order, order]
    plant.queue.waiting.clear()
    version = train(plant)
    plant.models.versions[str(version)] = plant.models.versions["2"]
    for _ in range(2):
        propose(order, comparing=plant.comparing)
        plant.work_all()
    [comparison] = plant.files.comparisons.values()
    assert (comparison.candidate, comparison.hosted, comparison.proposes) == (version, 1, True)
    outcome = plant.files.outcome(comparison)
    assert outcome is not None
    assert outcome.figures is not None
    assert (outcome.figures.hosted.escapes, outcome.figures.candidate.escapes) == (1, 0)


def test_who_dies_while_proposing_is_followed_by_one_who_has_it_compared() -> None:
    for death in deaths():
        plant = two_reviews()
        ask(plant)
        [order] = plant.queue.waiting
        assert isinstance(order, Trained)
        plant.queue.waiting.clear()
        version = train(plant)
        plant.models.versions[str(version)] = plant.models.versions["2"]
        mortal = retraining(plant, death).comparing
        with suppress(Died):
            propose(order, comparing=mortal)
        propose(order, comparing=plant.comparing)
        plant.work_all()
        [comparison] = plant.files.comparisons.values()
        assert plant.files.outcome(comparison) is not None


def test_a_retraining_that_failed_or_a_deleted_version_is_not_proposed() -> None:
    plant = two_reviews()
    version = ask(plant).version.version
    [order] = plant.queue.waiting
    assert isinstance(order, Trained)
    plant.queue.waiting.clear()
    plant.world.begin(version)
    fail_training("plates", version, "w1", "tired", registry=plant.world.registry, clock=plant.world.clock)
    propose(order, comparing=plant.comparing)
    plant.world.delete_model(str(version))
    propose(order, comparing=plant.comparing)
    assert (plant.queue.waiting, plant.files.comparisons) == ([], {})


def test_a_call_that_dies_anywhere_can_be_repeated_and_makes_one_version() -> None:
    for death in deaths():
        plant = two_reviews()
        try:
            retrain("plates", ADMIN, retraining=retraining(plant, death))
        except Died:
            if plant.world.record.training is None:
                ask(plant)
        assert labels(plant) == {"a": "normal", "b": "anomaly"}
        training = plant.world.record.training
        assert training is not None
        assert training.version in {each.version for each in plant.queue.waiting if isinstance(each, Trained)}


def test_an_image_keeps_its_review_when_the_retention_removes_it() -> None:
    plant = two_reviews()
    plant.images.stored = dict[tuple[str, str], StoredImage]()
    assert len(preview("plates", ADMIN, retraining=retraining(plant)).taken) == 2
