"""Create, import, list, describe and delete versions."""

from dataclasses import replace

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.models.ports import ModelRefused
from chalicelib.projects.domain import MOST_MODELS, DatasetType, Location, ModelStatus
from chalicelib.projects.errors import Conflict, NoSuchResource, QuotaExceeded
from chalicelib.projects.training import fail_training
from chalicelib.projects.versions import (
    ModelFile,
    NewModel,
    create_model,
    describe_model,
    import_model,
    list_models,
)
from tests.projects.mortal import deaths, killed
from tests.projects.world import ADMIN, GOOD, OUTPUT, World, a_project, a_trainable_project, lines


def test_a_new_version_waits_in_the_queue_with_the_revisions_of_its_data_sets() -> None:
    world = a_trainable_project()
    world.create_dataset(DatasetType.TEST, lines(10, 10))
    model = world.create_model()
    assert (model.version, model.status, model.output) == (1, ModelStatus.TRAINING, OUTPUT)
    assert model.train == world.record.datasets[DatasetType.TRAIN].revision
    assert model.test == world.record.datasets[DatasetType.TEST].revision
    assert world.queue.sent == [("plates", 1)]


def test_a_project_trains_one_version_at_a_time() -> None:
    world = a_trainable_project()
    world.create_model()
    with pytest.raises(Conflict, match=r"one version at a time: version 1 .* is TRAINING: wait until") as error:
        world.create_model()
    assert (error.value.resource_id, error.value.resource_type) == ("plates/1", "MODEL")
    assert world.queue.sent == [("plates", 1)]


def test_of_two_calls_at_the_same_time_one_wins_and_the_other_is_a_conflict() -> None:
    world = a_trainable_project()
    winner = a_trainable_project()
    winner.create_model()
    world.registry.faster = [winner.record]
    with pytest.raises(Conflict, match="one version at a time"):
        world.create_model()
    assert list(world.record.models) == [1]


def test_a_call_gives_up_while_others_never_stop() -> None:
    world = a_trainable_project()
    world.registry.faster = [world.record] * 100
    with pytest.raises(Conflict, match="try again"):
        world.create_model()


@pytest.mark.parametrize(
    ("train", "test", "missing"),
    [
        ((19, 10), None, "1 more normal images in the train data set (it has 19 of 20)"),
        ((20, 9), None, "1 more anomaly images in the train data set (it has 9 of 10)"),
        ((0, 0), None, "20 more normal images in the train data set (it has 0 of 20), 10 more anomaly images"),
        ((9, 0), (10, 10), "1 more normal images in the train data set (it has 9 of 10)"),
        ((10, 0), (9, 8), "1 more normal images in the test data set (it has 9 of 10), 2 more anomaly images"),
    ],
)
def test_too_few_images_are_named_by_label(train: tuple[int, int], test: tuple[int, int] | None, missing: str) -> None:
    world = a_project()
    for of, counts in ((DatasetType.TRAIN, train), (DatasetType.TEST, test)):
        if counts is not None:
            world.create_dataset(of, lines(*counts) or None)
    with pytest.raises(Conflict) as error:
        world.create_model()
    assert missing in str(error.value)


@pytest.mark.parametrize(("train", "test"), [((20, 10), None), ((10, 0), (10, 10))])
def test_just_enough_images_are_enough(train: tuple[int, int], test: tuple[int, int] | None) -> None:
    world = a_project()
    world.create_dataset(manifest=lines(*train))
    if test is not None:
        world.create_dataset(DatasetType.TEST, lines(*test))
    assert world.create_model().status is ModelStatus.TRAINING


def test_a_version_needs_a_data_set() -> None:
    with pytest.raises(NoSuchResource, match="has no train data set: create it first"):
        a_project().create_model()


def test_a_project_has_a_largest_number_of_versions() -> None:
    world = a_project()
    for _ in range(MOST_MODELS):
        world.import_model()
    with pytest.raises(QuotaExceeded, match=r"has 100 versions.*delete one with DeleteModel"):
        world.import_model()


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewModel(output=OUTPUT, description="a b"), "Description"),
        (NewModel(output=OUTPUT, description="a" * 501), "Description"),
        (NewModel(output=Location(bucket="b")), "OutputConfig.S3Location.Bucket"),
        (NewModel(output=Location(bucket="another")), "must be results, the bucket of this Linewatch"),
        (NewModel(output=Location(bucket="results", key="/a")), "OutputConfig.S3Location.Prefix"),
        (NewModel(output=Location(bucket="results", key="ä")), "OutputConfig.S3Location.Prefix"),
        (NewModel(output=Location(bucket="results", key="images/x/")), "must not begin with datasets/, images/"),
        (NewModel(output=OUTPUT, tags=(("", "x"),)), "Tags.Key"),
    ],
)
def test_a_request_that_breaks_the_contract_is_refused(new: NewModel, field: str) -> None:
    world = a_trainable_project()
    with pytest.raises(InvalidRequest, match=field):
        create_model(
            "plates", new, ADMIN, registry=world.registry, queue=world.queue, bucket="results", clock=world.clock
        )


def test_latest_is_the_newest_version() -> None:
    world = a_project()
    world.import_model()
    world.import_model()
    assert describe_model("plates", "latest", ADMIN, registry=world.registry).version == 2
    assert describe_model("plates", "1", ADMIN, registry=world.registry).version == 1


@pytest.mark.parametrize("version", ["3", "0", "-1", "01", "1\n", "", "\u0661", "9" * 5000])
def test_an_unknown_version_is_not_found(version: str) -> None:
    world = a_project()
    world.import_model()
    with pytest.raises(NoSuchResource, match="has no version") as error:
        describe_model("plates", version, ADMIN, registry=world.registry)
    assert error.value.resource_type == "MODEL"


def test_latest_of_no_version_is_not_found() -> None:
    with pytest.raises(NoSuchResource):
        describe_model("plates", "latest", ADMIN, registry=a_project().registry)


def test_versions_are_listed_newest_first_in_pages() -> None:
    world = a_project()
    for _ in range(5):
        world.import_model()
    first = list_models("plates", ADMIN, limit=2, registry=world.registry)
    world.import_model()
    second = list_models("plates", ADMIN, limit=3, next_token=first.next_token, registry=world.registry)
    assert [each.version for each in (*first.items, *second.items)] == [5, 4, 3, 2, 1]
    assert second.next_token is None


def test_a_deleted_version_is_gone_with_its_file() -> None:
    world = a_trainable_project()
    world.train()
    assert world.delete_model().status is ModelStatus.DELETING
    assert not world.record.models
    assert not world.files.stored


def test_a_version_in_training_or_hosted_is_not_deleted() -> None:
    world = a_trainable_project()
    world.create_model()
    with pytest.raises(Conflict, match="wait until it is TRAINED or TRAINING_FAILED"):
        world.delete_model()
    world.begin()
    world.end()
    world.start_model()
    with pytest.raises(Conflict, match="call StopModel"):
        world.delete_model()
    assert world.files.stored


def test_latest_is_no_version_to_delete() -> None:
    with pytest.raises(InvalidRequest, match="ModelVersion"):
        a_project().delete_model("latest")


def test_a_version_whose_training_failed_can_be_deleted_and_another_trained() -> None:
    world = a_trainable_project()
    world.create_model()
    world.begin()
    fail_training("plates", 1, "w1", "mixed sizes", registry=world.registry, clock=world.clock)
    assert world.record.models[1].status_message == "mixed sizes"
    world.delete_model()
    assert world.train().version == 2


def test_a_deletion_that_was_killed_goes_on_when_it_is_repeated() -> None:
    for death in deaths():
        world = a_project()
        world.import_model()
        if killed(world, lambda each: each.delete_model(), death) and world.record.models:
            world.delete_model()
        assert not world.record.models
        assert not world.files.stored


def test_an_imported_file_is_a_trained_version() -> None:
    world = a_project()
    model = world.import_model(b"a model")
    assert (model.status, model.evaluation, model.train) == (ModelStatus.TRAINED, GOOD, None)
    assert world.files.stored == {("plates", 1): b"a model"}


def test_a_file_that_cannot_be_used_is_not_imported() -> None:
    world = a_project()

    def refuse(content: bytes) -> None:
        raise ModelRefused("the file is damaged")

    with pytest.raises(ModelRefused):
        import_model(
            "plates",
            ModelFile(content=b"broken"),
            ADMIN,
            registry=world.registry,
            files=world.files,
            check=refuse,
            clock=world.clock,
        )
    assert not world.files.stored
    assert world.record.last_version == 0


def test_an_import_that_was_killed_can_be_repeated() -> None:
    for death in deaths():
        world = a_project()
        killed(world, lambda each: each.import_model(b"first"), death)
        model = world.import_model(b"second")
        assert world.files.stored["plates", model.version] == b"second"


def test_two_imports_at_the_same_time_have_a_number_each() -> None:
    world = a_project()
    world.registry.faster = [replace(world.record, last_version=1)]
    assert world.import_model().version == 2


def test_a_new_version_of_a_world_without_a_project_is_not_found() -> None:
    with pytest.raises(NoSuchResource):
        World().import_model()
