"""The images of a training: which are left out, and when there are too few."""

import pytest

from chalicelib.projects.domain import ModelStatus
from tests.projects.workshop import FOLDER, a_bench, a_line, failed_with, store

LAST_LINE = f"{FOLDER}/train/29.png"


def test_bad_images_are_left_out_with_their_reasons() -> None:
    bench = a_bench(normal=22)
    del bench.images.stored[f"{FOLDER}/train/0.png"]
    bench.images.stored[f"{FOLDER}/train/1.png"] = b"no image"
    assert bench.train() is ModelStatus.TRAINED
    message = bench.model.status_message
    assert "2 images were left out" in message
    assert f"{FOLDER}/train/0.png: it cannot be read (NoSuchKey)" in message
    assert f"{FOLDER}/train/1.png: it is no image" in message


def test_what_people_should_know_of_the_images_is_in_the_message() -> None:
    bench = a_bench(normal=21)
    del bench.images.stored[f"{FOLDER}/train/0.png"]
    bench.trainer.warnings = ("2 images differ from the commonest size",)
    assert bench.train() is ModelStatus.TRAINED
    assert "1 images were left out" in bench.model.status_message
    assert bench.model.status_message.endswith("; 2 images differ from the commonest size")


def test_too_few_images_say_how_many_of_which_label_are_missing() -> None:
    bench = a_bench()
    bench.images.stored[LAST_LINE] = b"no image"
    message = failed_with(bench)
    assert "add 1 more anomaly images in the train data set (it has 9 of 10)" in message
    assert LAST_LINE in message


def test_an_image_over_the_limit_is_left_out() -> None:
    bench = a_bench()
    bench.images.stored[LAST_LINE] = bytes(8 * 1024 * 1024 + 1)
    assert "it has 8388609 bytes; an image has at most 8388608" in failed_with(bench)


def test_an_image_may_have_any_name_that_s3_allows() -> None:
    bench = a_bench()
    names = ["零件" * 50, "...", "a b+c%2F.png", "x" * 900, "\U0001f529" * 80, "new\nline.png", "-rf"]
    lines = [a_line(f"{FOLDER}/{name}", "normal").encode() for name in names]
    store(bench, lines)
    [key] = [key for key in bench.world.entries.revisions if key[2] == bench.model.train]
    bench.world.entries.revisions[key] += lines
    assert bench.train() is ModelStatus.TRAINED
    assert bench.model.status_message == ""


@pytest.mark.parametrize("source", ["s3://results/images/rings/a.png", "s3://other/datasets/plates/a.png"])
def test_images_of_another_project_or_bucket_are_not_read(source: str) -> None:
    bench = a_bench()
    lines = [a_line(source, "anomaly").encode()]
    store(bench, lines)
    bench.world.files.stored.clear()
    revision = bench.model.train
    assert revision is not None
    [key] = [key for key in bench.world.entries.revisions if key[2] == revision]
    bench.world.entries.revisions[key] = [*bench.world.entries.revisions[key][:-1], *lines]
    assert "it is not in s3://results/datasets/plates/ or s3://results/images/plates/: copy it" in failed_with(bench)


def test_entries_that_are_gone_fail_the_version() -> None:
    bench = a_bench()
    bench.world.entries.revisions.clear()
    assert bench.train() is ModelStatus.TRAINING_FAILED
    assert "the entries of the train data set are gone" in bench.model.status_message
