"""Create, describe, update and delete data sets."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.datasets import ManifestSource, create_dataset, describe_dataset, remove_entries
from chalicelib.projects.domain import Counts, DatasetStatus, DatasetType, Location
from chalicelib.projects.errors import Conflict, NoSuchResource, QuotaExceeded
from chalicelib.projects.limits import require_few_images
from tests.projects.mortal import Death, deaths, killed, overtaken
from tests.projects.world import ADMIN, World, a_project, a_trainable_project, line, lines


def stored(world: World, of: DatasetType = DatasetType.TRAIN) -> list[bytes]:
    """The entries that the registry points at."""
    return world.entries.read("plates", of, world.record.datasets[of].revision) or []


def test_a_data_set_has_the_manifests_entries_and_counts() -> None:
    world = a_project()
    manifest = "\n".join([line(1), line(2, "anomaly"), line(3, None), line(4, "scratch")]).encode()
    dataset = world.create_dataset(manifest=manifest)
    assert dataset == describe_dataset("plates", DatasetType.TRAIN, ADMIN, registry=world.registry)
    assert (dataset.status, dataset.status_message) == (DatasetStatus.CREATE_COMPLETE, "")
    assert dataset.counts == Counts(total=4, labelled=2, normal=1, anomaly=1)
    assert stored(world) == manifest.splitlines()


def test_a_data_set_can_be_created_empty() -> None:
    assert a_project().create_dataset().counts == Counts()


def test_a_second_data_set_of_a_type_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="has a train data set: update it with UpdateDatasetEntries") as error:
        a_trainable_project().create_dataset()
    assert (error.value.resource_id, error.value.resource_type) == ("plates/train", "DATASET")


def test_a_data_set_needs_a_project() -> None:
    with pytest.raises(NoSuchResource, match="create it with CreateProject"):
        World().create_dataset()


def test_one_bad_line_does_not_lose_the_good_ones() -> None:
    dataset = a_project().create_dataset(manifest=f"{line(1)}\nnot JSON\n{line(2)}".encode())
    assert dataset.counts.total == 2
    assert dataset.status_message.startswith("1 lines were left out: line 2: is not JSON")


def test_a_manifest_without_a_good_line_is_refused_with_each_error() -> None:
    world = a_project()
    with pytest.raises(InvalidRequest, match=r"line 1: is not JSON.*\(and 1 more\)"):
        world.create_dataset(manifest=b"no\nno")
    assert not world.record.datasets
    assert not world.entries.revisions


def test_an_update_adds_and_replaces_entries_by_their_image() -> None:
    world = a_project()
    world.create_dataset(manifest=f"{line(1)}\n{line(2)}".encode())
    dataset = world.update_entries(f"{line(2, 'anomaly')}\n{line(3)}".encode())
    assert dataset.status is DatasetStatus.UPDATE_COMPLETE
    assert stored(world) == [line(1).encode(), line(2, "anomaly").encode(), line(3).encode()]
    assert dataset.counts == Counts(total=3, labelled=3, normal=2, anomaly=1)


def test_images_of_another_bucket_are_not_added() -> None:
    world = a_project()
    world.create_dataset(manifest=line(1).encode())
    with pytest.raises(
        InvalidRequest, match="is not in s3://bucket/datasets/plates/ or s3://bucket/images/plates/: copy it there"
    ):
        world.update_entries(line(2, bucket="other").encode())


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("bucket", "datasets/rings/manifest"),
        ("bucket", "datasets/plates2/manifest"),
        ("bucket", "images/plates/manifest"),
        ("bucket", "manifest"),
        ("other", "datasets/plates/manifest"),
    ],
)
def test_a_manifest_is_read_from_the_folder_of_its_project_only(bucket: str, key: str) -> None:
    world, place = a_project(), Location(bucket=bucket, key=key)
    world.entries.manifests[bucket, key] = lines(1, 0)
    with pytest.raises(InvalidRequest, match=r"is not in s3://bucket/datasets/plates/: copy it there"):
        create_dataset("plates", DatasetType.TRAIN, ManifestSource(place), ADMIN, storage=world.storage)
    assert not world.record.datasets


def test_entries_can_be_removed() -> None:
    world = a_project()
    world.create_dataset(manifest=f"{line(1)}\n{line(2)}".encode())
    dataset = remove_entries(
        "plates",
        DatasetType.TRAIN,
        ["s3://bucket/images/plates/1.png", "s3://bucket/images/plates/9.png"],
        ADMIN,
        storage=world.storage,
    )
    assert stored(world) == [line(2).encode()]
    assert dataset.counts.total == 1


@pytest.mark.parametrize("changes", [b"", b" " * (10 * 1024 * 1024 + 1)])
def test_an_update_has_a_largest_size(changes: bytes) -> None:
    with pytest.raises(InvalidRequest, match="Changes: must be 1 to"):
        a_trainable_project().update_entries(changes)


@pytest.mark.parametrize(("of", "most"), [(DatasetType.TRAIN, 16_000), (DatasetType.TEST, 4_000)])
def test_a_data_set_has_a_largest_number_of_images(of: DatasetType, most: int) -> None:
    require_few_images("plates", of, most)
    with pytest.raises(QuotaExceeded, match=str(most)):
        require_few_images("plates", of, most + 1)


def test_two_updates_at_the_same_time_are_both_kept() -> None:
    """Each reads the entries before the other has stored its own."""
    world = a_trainable_project()
    other = World(registry=world.registry, entries=world.entries)
    world.entries = overtaken(world.entries, "write", lambda: other.update_entries(line(101).encode()))
    world.update_entries(line(100).encode())
    assert {line(100).encode(), line(101).encode()} <= set(stored(world))


def test_a_deleted_data_set_is_gone_with_its_entries() -> None:
    world = a_trainable_project()
    world.update_entries(line(99).encode())
    assert world.delete_dataset().status is DatasetStatus.DELETE_IN_PROGRESS
    assert not world.record.datasets
    assert not world.entries.revisions


def test_a_data_set_stays_while_a_version_is_trained() -> None:
    world = a_trainable_project()
    world.create_model()
    with pytest.raises(Conflict, match="version 1 is being trained: delete the data set after that"):
        world.delete_dataset()


def test_entries_may_change_while_a_version_is_trained() -> None:
    """It is trained on the revision that it was created with."""
    world = a_trainable_project()
    model = world.create_model()
    world.update_entries(line(99).encode())
    assert model.train is not None
    assert len(world.entries.read("plates", DatasetType.TRAIN, model.train) or []) == 30


def test_a_deletion_that_was_killed_goes_on_when_it_is_repeated() -> None:
    for death in deaths():
        world = a_trainable_project()
        killed(world, lambda each: each.delete_dataset(), death)
        if world.record.datasets:
            world.delete_dataset()
        assert not world.record.datasets
        assert not world.entries.revisions


def test_what_a_killed_call_stored_goes_with_the_project_at_the_latest() -> None:
    for death in deaths():
        world, next_death = a_project(), replace(death)
        killed(world, lambda each: each.create_dataset(manifest=lines(1, 0)), death)
        if world.record.datasets:
            world.delete_dataset()
        world.create_dataset(DatasetType.TEST)
        world.delete_dataset(DatasetType.TEST)
        killed(world, lambda each: each.delete_project(), next_death)
        if world.record.project is not None:
            world.delete_project()
        assert not world.entries.revisions


def test_an_update_that_comes_too_late_leaves_nothing_behind() -> None:
    """The data set is deleted after the update has read it and before it stores its entries."""
    for then in (World.delete_project, World.create_project, World.create_dataset):
        world = a_trainable_project()
        faster = replace(world)

        def delete(faster: World = faster, then: Callable[[World], object] = then) -> None:
            faster.delete_dataset()
            with suppress(Conflict):
                then(faster)

        world.entries = overtaken(world.entries, "write", delete)
        with suppress(NoSuchResource):
            world.update_entries(line(99).encode())
        for of in list(faster.record.datasets):
            faster.delete_dataset(of)
        assert not faster.entries.revisions


def test_a_data_set_that_is_being_deleted_is_not_used() -> None:
    world = a_trainable_project()
    assert killed(world, lambda each: each.delete_dataset(), Death(3, after=False))
    assert world.record.datasets[DatasetType.TRAIN].status is DatasetStatus.DELETE_IN_PROGRESS
    for call in (world.create_model, lambda: world.update_entries(line(1).encode())):
        with pytest.raises(Conflict, match="call DeleteDataset again"):
            call()


def test_a_slow_deletion_leaves_a_new_data_set_alone() -> None:
    world = a_trainable_project()
    faster = replace(world)

    def delete_and_create() -> None:
        faster.delete_dataset()
        faster.create_dataset(manifest=lines(1, 0))

    world.entries = overtaken(world.entries, "delete", delete_and_create)
    world.delete_dataset()
    assert stored(world) == lines(1, 0).splitlines()
