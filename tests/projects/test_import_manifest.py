"""A manifest that is put into the bucket becomes entries of a data set; what is wrong with it is in its result."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.datasets import remove_entries
from chalicelib.projects.domain import Counts, DatasetType
from chalicelib.projects.errors import Conflict, NoSuchResource, QuotaExceeded
from chalicelib.projects.import_manifest import LONGEST_KEY
from chalicelib.projects.limits import MOST_IMAGES
from tests.projects.mortal import Death, Mortal
from tests.projects.puts import KEY, Bench
from tests.projects.world import ADMIN, World, a_trainable_project, line, lines
from tests.support.interleaving import Died


def test_a_manifest_makes_the_data_set_of_its_folder() -> None:
    for of in DatasetType:
        bench = Bench()
        put = bench.put(lines(2, 1), f"datasets/plates/manifests/{of}/job/manifests/output/output.manifest")
        result = bench.run(put)
        assert result is not None
        assert result["status"] == "imported"
        assert result["data_set"] == {"type": of, "total": 3, "labelled": 3, "normal": 2, "anomaly": 1}
        assert result["images"] == {"added": 3, "replaced": 0, "unchanged": 0, "kept": 0}
        assert (result["manifest"], result["wrong_lines"]) == (f"s3://bucket/{put.key}", 0)
        assert bench.world.record.datasets[of].counts == Counts(total=3, labelled=3, normal=2, anomaly=1)


def test_its_lines_are_added_to_those_of_the_data_set_and_replace_those_of_the_same_image() -> None:
    bench = Bench(a_trainable_project())
    result = bench.run(bench.put(f"{line(0, 'anomaly')}\n{line(1)}\n{line(99)}".encode()))
    assert result is not None
    assert result["images"] == {"added": 1, "replaced": 1, "unchanged": 1, "kept": 0}
    assert result["data_set"] == {"type": "train", "total": 31, "labelled": 31, "normal": 20, "anomaly": 11}


def test_bad_lines_are_named_and_the_others_are_imported() -> None:
    bench = Bench()
    mixed = [line(1).encode(), b"{", b"\xe4", line(2, bucket="other").encode(), b"x" * 8193, line(1).encode()]
    result = bench.run(bench.put(b"\r\n".join(mixed)))
    assert result is not None
    assert (result["status"], result["wrong_lines"], bench.stored()) == ("imported", 5, [line(1)])
    assert [(each["line"], each["field"]) for each in result["errors"]] == [
        (2, ""),
        (3, ""),
        (4, "source-ref"),
        (5, ""),
        (6, "source-ref"),
    ]
    assert "5 lines were left out" in bench.world.record.datasets[DatasetType.TRAIN].status_message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"no\nno", "no line of it is right"),
        (line(1).encode("utf-16"), "no line of it is right"),
        (line(1, bucket="other").encode(), "no line of it is right"),
        (b"\n" * 100_001, "there are 100001 lines; a manifest has at most 100000"),
        (bytes(100 * 1024 * 1024), "it has 104857600 bytes; a manifest has at most 16777216"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_and_changes_nothing(content: bytes, message: str) -> None:
    bench = Bench()
    result = bench.run(bench.put(content))
    assert result is not None
    assert (result["status"], result["message"], result["data_set"]) == ("refused", message, None)
    assert not bench.world.record.datasets


def test_at_most_a_thousand_errors_are_in_the_result() -> None:
    result = (bench := Bench()).run(bench.put(b"x\n" * 1500))
    assert result is not None
    assert (result["wrong_lines"], len(result["errors"])) == (1500, 1000)


@pytest.mark.parametrize(
    "key",
    [
        "datasets/plates/manifests/a.manifest",
        "datasets/plates/manifests/Train/a.manifest",
        "datasets/plates/manifests/ü +%/a\n.manifest",
        "datasets/plates/manifests/train/.manifest",
    ],
)
def test_a_manifest_outside_of_train_and_test_is_refused(key: str) -> None:
    result = (bench := Bench()).run(bench.put(lines(1, 0), key))
    assert result is not None
    assert result["status"] == "refused"
    assert "must be datasets/<project>/manifests/<train or test>/<name>.manifest" in result["message"]


@pytest.mark.parametrize("name", ["ü +%", "a b", "..", "a/b/c", "x" * (LONGEST_KEY - len(KEY) + 5), "\u2028", "'\"<"])
def test_the_name_of_a_manifest_may_have_any_characters(name: str) -> None:
    result = (bench := Bench()).run(bench.put(lines(1, 0), KEY.replace("first", name)))
    assert result is not None
    assert result["status"] == "imported"


def test_a_key_that_leaves_no_room_for_the_result_is_an_error() -> None:
    bench = Bench()
    put = bench.put(lines(1, 0), KEY.replace("first", "x" * (LONGEST_KEY - len(KEY) + 6)))
    with pytest.raises(InvalidRequest, match="has 1013 bytes; that of a manifest has at most 1012"):
        bench.run(put)


@pytest.mark.parametrize(
    "key",
    [
        "datasets/plates/a.manifest",
        "datasets/plates/train/1-a.jsonl",
        f"{KEY}.result.json",
        "datasets//manifests/train/a.manifest",
        "images/plates/manifests/train/a.manifest",
    ],
)
def test_other_objects_are_left_alone(key: str) -> None:
    bench = Bench()
    assert bench.run(bench.put(lines(1, 0), key)) is None
    assert not bench.world.record.datasets


def test_an_unknown_project_waits_until_somebody_creates_it() -> None:
    bench = Bench(World())
    put = bench.put(lines(1, 0))
    with pytest.raises(NoSuchResource, match="create it with CreateProject"):
        bench.run(put)
    result = bench.result(put)
    assert result is not None
    assert (result["status"], result["data_set"]) == ("waiting", None)
    bench.world.create_project()
    result = bench.run(put)
    assert result is not None
    assert result["status"] == "imported"


def test_too_many_images_wait_until_some_are_removed() -> None:
    bench = Bench()
    most = MOST_IMAGES[DatasetType.TEST]
    bench.run(bench.put("\n".join(map(line, range(most))).encode(), KEY.replace("train", "test")))
    put = bench.put(line(most).encode(), KEY.replace("train", "test"))
    with pytest.raises(QuotaExceeded, match="would have 4001 images; it has at most 4000"):
        bench.run(put)
    world = bench.world
    remove_entries("plates", DatasetType.TEST, [json.loads(line(0))["source-ref"]], ADMIN, storage=world.storage)
    result = bench.run(put)
    assert result is not None
    assert result["status"] == "imported"


def test_a_data_set_that_is_being_deleted_makes_it_wait() -> None:
    bench = Bench(a_trainable_project())
    entries = bench.world.entries
    dying: Any = Mortal(entries, Death(0, after=False))
    with suppress(Died):
        replace(bench.world, entries=dying).delete_dataset()
    put = bench.put(lines(1, 0))
    with pytest.raises(Conflict, match="call DeleteDataset again"):
        bench.run(put)
    bench.world.delete_dataset()
    result = bench.run(put)
    assert result is not None
    assert result["images"]["added"] == 1


def test_a_training_keeps_the_entries_that_it_began_with() -> None:
    bench = Bench(a_trainable_project())
    model = bench.world.create_model()
    bench.run(bench.put(line(99).encode()))
    assert model.train is not None
    assert len(bench.world.entries.read("plates", DatasetType.TRAIN, model.train) or []) == 30
    assert len(bench.stored()) == 31
