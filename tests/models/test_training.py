"""Training and evaluation of image files, without a command line: errors name the files, progress is reported."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chalicelib.models.dataset import Labelled, Photos
from chalicelib.models.evaluation import NoTestImages, PixelFigures, evaluate, figures
from chalicelib.models.layouts import labelled
from chalicelib.models.mask_files import MaskFiles
from chalicelib.models.training import CannotTrain, train_on, training_warnings
from chalicelib.vision.training.train import TrainOptions
from tests.vision.drawn import anomalies, normals

pytestmark = pytest.mark.training

NOTHING = Labelled(Photos(()), Photos(()))


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    """Eleven normals, the last of another size."""
    folder = tmp_path_factory.mktemp("images")
    (folder / "normal").mkdir()
    for number, photo in enumerate(normals(11)):
        Image.fromarray(photo[:100] if number == 10 else photo).save(folder / "normal" / f"{number:02}.png")
    return labelled(folder)


def test_images_of_other_sizes_are_named_when_sizes_are_strict(images: Labelled) -> None:
    with pytest.raises(CannotTrain, match=r"1 images are not 128 x 128 px as the others are: normal/10\.png"):
        train_on(images, TrainOptions(size=96, strict_size=True))


def test_masks_of_training_images_teach_the_map_and_one_that_cannot_be_used_is_named(
    images: Labelled, tmp_path: Path
) -> None:
    paths = tuple(tmp_path / f"{number}.png" for number in range(4))
    masks = tuple(tmp_path / f"{number}_mask.png" for number in range(4))
    for path, mask, photo in zip(paths, masks, anomalies(4), strict=True):
        Image.fromarray(photo).save(path)
        Image.fromarray(np.pad(np.full((28, 28), 255, np.uint8), 50)).save(mask)
    masks[3].write_bytes(b"no image")
    with_masks = Labelled(images.normal, Photos(paths), masks=MaskFiles(dict(zip(paths, masks, strict=True))))
    trained = train_on(with_masks, TrainOptions(size=64))
    assert trained.detector.discriminant
    assert any(note.startswith("the mask of 3.png is not used: ") for note in training_warnings(trained))


def with_damaged(images: Labelled, folder: Path, *names: str) -> Labelled:
    """The images and some that are cut off."""
    damaged = [folder / name for name in names]
    for path in damaged:
        path.write_bytes(images.normal.paths[0].read_bytes()[:200])
    return Labelled(Photos((*damaged, *images.normal.paths)), images.anomaly, folder=folder)


def test_damaged_images_are_left_out_and_all_of_them_named(images: Labelled, tmp_path: Path) -> None:
    trained = train_on(with_damaged(images, tmp_path, "a.png", "b.png", "gone.png"), TrainOptions(size=64))
    assert trained.images.normal == images.normal
    assert [path.name for path in trained.images.left_out] == ["a.png", "b.png", "gone.png"]
    assert all("damaged or cut off" in reason for reason in trained.images.left_out.values())


def test_damaged_images_that_leave_too_few_are_named_in_the_error(images: Labelled, tmp_path: Path) -> None:
    few = Labelled(images.normal[:9], images.anomaly)
    reason = r"there are 9 in .*: found 1 images in no folder(.|\n)*damaged\.png: the image is damaged"
    with pytest.raises(CannotTrain, match=reason):
        train_on(with_damaged(few, tmp_path, "damaged.png"), TrainOptions(size=96))


def test_an_evaluation_leaves_out_test_images_that_cannot_be_read(images: Labelled, tmp_path: Path) -> None:
    done = evaluate(images, with_damaged(images, tmp_path, "bad.png"), TrainOptions(size=64))
    assert done.test.normal == images.normal
    assert len(done.predictions.probabilities) == 11
    assert [path.name for path in done.test.left_out] == ["bad.png"]


def test_an_unfamiliar_test_image_is_counted_apart_and_does_not_pass(images: Labelled) -> None:
    done = evaluate(images, images, TrainOptions(size=64))
    predictions = replace(done.predictions, probabilities=np.zeros(11), unfamiliar=np.arange(11) < 3)
    found = figures(replace(done, predictions=predictions), PixelFigures(None, None, None))
    assert (found["unfamiliar"], found["correct"], found["accuracy"]) == (3, 8, 8 / 11)
    anomalous = replace(predictions, truths=np.ones(11), unfamiliar=np.ones(11, bool))
    found = figures(replace(done, predictions=anomalous), PixelFigures(None, None, None))
    assert (found["unfamiliar"], found["correct"], found["accuracy"]) == (11, 11, 1)


def test_an_evaluation_whose_test_images_are_all_damaged_ends_before_it_trains(
    images: Labelled, tmp_path: Path
) -> None:
    with pytest.raises(NoTestImages, match=r"bad\.png: the image is damaged"):
        evaluate(NOTHING, Labelled(with_damaged(images, tmp_path, "bad.png").normal[:1], Photos(())), TrainOptions())


def test_an_evaluation_without_test_images_ends_before_it_trains(images: Labelled) -> None:
    with pytest.raises(NoTestImages):
        evaluate(images, NOTHING, TrainOptions(size=96))


def test_every_step_reports_all_its_items_in_order(images: Labelled) -> None:
    passed: dict[str, int] = {}

    def progress[T](items: Iterable[T], step: str, total: int) -> Iterable[T]:
        for item in items:
            passed[step] = passed.get(step, 0) + 1
            assert passed[step] <= total
            yield item

    train_on(images, TrainOptions(size=64), progress)
    assert list(passed) == ["reading images", "alignment", "features", "cells", "distances", "drawn damage"]
    assert passed["alignment"] == 11
