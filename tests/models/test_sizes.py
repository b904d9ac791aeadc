"""The working size is chosen by what left-out images show, and the smallest that shows it is taken."""

from pathlib import Path

import pytest
from PIL import Image

from chalicelib.models.layouts import image_set
from chalicelib.models.sizes import SizeTrial, chosen, train_at_best_size
from chalicelib.vision.metrics import standard_error
from chalicelib.vision.training.train import TrainOptions
from tests.vision.drawn import anomalies, normals

pytestmark = pytest.mark.training


def trial(size: int, auroc: float, error: float) -> SizeTrial:
    """A trial of this outcome."""
    return SizeTrial(size, auroc, error, 10.0)


def test_the_smallest_size_within_one_error_of_the_best_is_taken() -> None:
    assert chosen([trial(256, 0.80, 0.04), trial(384, 0.95, 0.02), trial(512, 0.96, 0.02)]) == 1
    assert chosen([trial(256, 0.95, 0.02), trial(384, 0.95, 0.02), trial(512, 0.96, 0.02)]) == 0
    assert chosen([trial(256, 0.70, 0.04), trial(384, 0.80, 0.04), trial(512, 0.96, 0.02)]) == 2


def test_few_images_leave_more_doubt_and_so_lead_to_a_small_size() -> None:
    few, many = standard_error(0.95, 20, 5), standard_error(0.95, 200, 100)
    assert few > 3 * many
    assert standard_error(1.0, 20, 5) == pytest.approx(0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Drawn parts of 128 x 128 px."""
    for kind, photos in (("normal", normals(11)), ("anomaly", anomalies(4))):
        (tmp_path / kind).mkdir()
        for number, photo in enumerate(photos):
            Image.fromarray(photo).save(tmp_path / kind / f"{number}.png")
    return tmp_path


def test_no_size_is_tried_that_the_images_do_not_have(folder: Path) -> None:
    trained, trials = train_at_best_size(image_set(folder).train, TrainOptions(), (64, 96, 160))
    assert [each.size for each in trials] == [64, 96]
    assert trained.size in (64, 96)
    assert all(each.milliseconds > 0 for each in trials)


def test_without_anomalies_there_is_nothing_to_choose_by(folder: Path) -> None:
    for path in (folder / "anomaly").iterdir():
        path.unlink()
    _, trials = train_at_best_size(image_set(folder).train, TrainOptions(), (64, 96))
    assert [each.size for each in trials] == [64]
