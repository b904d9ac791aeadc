"""What lies outside the region of interest changes no verdict; what lies inside does."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.vision.arrays import Photo
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import Training, TrainOptions, train
from tests.vision.drawn import SIDE, normals, part, pin

pytestmark = pytest.mark.training

OPTIONS = TrainOptions(size=128)
LEFT = np.zeros((SIDE, SIDE), np.bool_)
LEFT[:, :88] = True


@pytest.fixture(scope="module")
def training() -> Training:
    """Trained on the left two thirds of drawn parts."""
    return train(
        [clamped(photo, 40 + 3 * seed) for seed, photo in enumerate(normals(20))], [], replace(OPTIONS, region=LEFT)
    )


def test_a_defect_inside_is_found_and_one_outside_is_not(training: Training) -> None:
    inside, outside = part(61, scratch=True), part(61)
    outside[:, 100:120] = (240, 20, 20)
    clean = training.detector.inspect(part(61)).anomaly_score
    assert training.detector.inspect(inside).anomaly_score > clean + 2
    assert training.detector.inspect(outside).anomaly_score < clean + 0.5
    assert training.detector.inspect(outside).unfamiliar is None


def test_maps_are_silent_outside(training: Training) -> None:
    photo = part(62)
    photo[:, 100:120] = (240, 20, 20)
    assert np.abs(training.detector.inspect(photo).anomaly_map[:, 6:]).max() < 1e-6
    assert np.abs(training.left_out_maps[..., 7:]).max() < 1e-6


def test_a_model_file_keeps_the_region(training: Training) -> None:
    loaded = load(save(training.detector))
    loaded.self_test()
    assert loaded.extractor.region
    np.testing.assert_array_equal(loaded.extractor.region.known[0], [True] * 11 + [False] * 5)


def test_a_tray_outside_the_region_does_not_keep_parts_from_being_found() -> None:
    photos = [trayed(pin(seed)) for seed in range(16)]
    region = np.ones((100, 100), np.bool_)
    region[:15] = False
    assert train(photos, [], OPTIONS).detector.extractor.upright is None
    detector = train(photos, [], replace(OPTIONS, region=region)).detector
    assert detector.extractor.upright
    assert (
        load(save(detector)).inspect(trayed(pin(50, chip=5))).anomaly_score
        > detector.inspect(trayed(pin(50))).anomaly_score
    )


def clamped(photo: Photo, shade: int) -> Photo:
    """The photo with a clamp at its right edge that is never of the same brightness."""
    held = photo.copy()
    held[30:70, 104:] = shade
    return held


def trayed(photo: Photo) -> Photo:
    """The photo with the edge of a tray at its top."""
    held = photo.copy()
    held[:20] = 30
    return held
