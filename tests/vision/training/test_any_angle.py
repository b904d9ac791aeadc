"""A part at any angle: trained and inspected upright, with boxes where the photo has the defect."""

import numpy as np
import pytest

from chalicelib.vision.explain import explain
from chalicelib.vision.model_bytes import ModelFileError
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import Training, TrainOptions, train
from tests.vision.drawn import pin
from tests.vision.vandal import parts_of

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def training() -> Training:
    """Trained on drawn pins at any angle, without anomalies."""
    return train([pin(seed) for seed in range(24)], [], TrainOptions(size=128))


def test_chipped_parts_rank_above_good_ones_at_any_angle(training: Training) -> None:
    good = [training.detector.inspect(pin(seed)).anomaly_score for seed in range(100, 112)]
    chipped = [training.detector.inspect(pin(seed, chip=4)).anomaly_score for seed in range(112, 120)]
    assert min(chipped) > max(good)


def test_the_worst_spot_is_where_the_photo_has_the_defect(training: Training) -> None:
    for seed in range(130, 135):
        photo, whole = pin(seed, chip=5), pin(seed)
        found = explain(training.detector.inspect(photo).anomaly_map, training.detector.mask_level, photo.shape[:2])
        assert found.worst_box
        left, top, right, bottom = found.worst_box
        rows, columns = np.nonzero(np.abs(photo.astype(float) - whole).mean(axis=2) > 25)
        assert left - 4 <= columns.mean() <= right + 4
        assert top - 4 <= rows.mean() <= bottom + 4


def test_dust_beside_the_part_changes_nothing(training: Training) -> None:
    for seed in range(140, 144):
        clean, dusty = (training.detector.inspect(pin(seed, dust=dust)).anomaly_score for dust in (False, True))
        assert dusty == pytest.approx(clean, abs=0.5)


def test_the_maps_of_left_out_images_cover_whole_photos(training: Training) -> None:
    shape = training.detector.inspect(pin(1)).anomaly_map.shape
    assert training.left_out_maps.shape == (24, *shape)


def test_a_model_file_brings_parts_upright_as_training_did(training: Training) -> None:
    loaded = load(save(training.detector))
    assert loaded.extractor.upright
    loaded.self_test()
    photo = pin(150, chip=3)
    assert loaded.inspect(photo).anomaly_score == training.detector.inspect(photo).anomaly_score


@pytest.mark.parametrize(
    ("setting", "value"), [("photo_size", [0, 9]), ("photo_size", [9999, 9999]), ("middle", [float("nan"), 0.0])]
)
def test_a_model_file_with_absurd_frames_is_refused(training: Training, setting: str, value: object) -> None:
    spoiled = parts_of(save(training.detector)).with_setting(("extractor", "upright", setting), value)
    with pytest.raises(ModelFileError, match=f"extractor.upright.{setting}"):
        load(spoiled.written(sealed=True))
