"""Training and evaluation of image files, without a command line: errors name the files, progress is reported."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.models.dataset import Labelled, Photos, labelled
from chalicelib.models.evaluation import NoTestImages, evaluate
from chalicelib.models.training import CannotTrain, train_on
from chalicelib.vision.training.train import TrainOptions
from tests.vision.drawn import normals

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


def test_a_damaged_image_is_named(images: Labelled, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(images.normal.paths[0].read_bytes()[:200])
    with pytest.raises(CannotTrain, match=r"damaged\.png"):
        train_on(Labelled(Photos((*images.normal.paths, damaged)), images.anomaly), TrainOptions(size=96))


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
    assert list(passed) == ["reading images", "alignment", "features", "fine distances", "coarse distances"]
    assert passed["alignment"] == 11
