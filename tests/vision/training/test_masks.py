"""Masks of training images teach the map where defects are, and change no verdict."""

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.vision import metrics
from chalicelib.vision.arrays import Photo
from chalicelib.vision.explain import enlarged, explain
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import Training, TrainOptions, train

pytestmark = pytest.mark.training

SIDE = 96


def plate(seed: int, crack: bool = False) -> tuple[Photo, NDArray[np.bool_]]:
    """A plate with bright and dark stains, which are usual; with a thin grey crack; and the mask of the crack."""
    rng = np.random.default_rng(seed)
    pixels = 120 + rng.normal(0, 4, (SIDE, SIDE))
    for shade in (60, 200):
        y, x = rng.integers(8, SIDE - 16, 2)
        pixels[y : y + rng.integers(4, 10), x : x + rng.integers(4, 10)] = shade
    mask = np.zeros((SIDE, SIDE), np.bool_)
    if crack:
        y, x = rng.integers(12, SIDE - 44, 2)
        along = np.arange(32)
        mask[y + along, x + along // 2] = mask[y + along, x + along // 2 + 1] = True
        pixels[mask] -= 22
    return np.repeat(np.clip(pixels, 0, 255).astype(np.uint8)[..., None], 3, axis=2), mask


@pytest.fixture(scope="module")
def trainings() -> tuple[Training, Training]:
    """On the same photos, without masks and with them."""
    normals, cracked = [plate(seed)[0] for seed in range(16)], [plate(seed, crack=True) for seed in range(50, 60)]
    photos, masks = [photo for photo, _ in cracked], [mask for _, mask in cracked]
    options = TrainOptions(size=SIDE)
    return train(normals, photos, options), train(normals, photos, options, masks=[*masks[:-1], None])


def test_masks_teach_the_map_and_change_no_verdict(trainings: tuple[Training, Training]) -> None:
    tested = [plate(seed, crack=seed % 2 == 1) for seed in range(100, 116)]
    masks = [mask for _, mask in tested]
    found = [[each.detector.inspect(photo) for photo, _ in tested] for each in trainings]
    plain, taught = (
        metrics.pixel_scores([enlarged(one.anomaly_map, (SIDE, SIDE)) for one in some], masks)[0] for some in found
    )
    assert plain is not None
    assert taught is not None
    assert taught > max(plain, 0.97)
    assert [one.anomaly_probability for one in found[0]] == [one.anomaly_probability for one in found[1]]


def test_the_level_is_that_of_the_taught_map(trainings: tuple[Training, Training]) -> None:
    """Three of four normals stay below it while they are left out, and most new ones nearly so."""
    _, taught = trainings
    level = taught.detector.mask_level
    assert np.mean([each.max() > level for each in taught.left_out_maps[:16]]) <= 0.5
    maps = [taught.detector.inspect(plate(seed)[0]).anomaly_map for seed in range(200, 240)]
    assert sum(bool(explain(each, level, (SIDE, SIDE)).boxes) for each in maps) <= 20


def test_a_model_file_keeps_what_masks_taught(trainings: tuple[Training, Training]) -> None:
    _, taught = trainings
    photo, _ = plate(300, crack=True)
    again = load(save(taught.detector))
    again.self_test()
    np.testing.assert_array_equal(again.inspect(photo).anomaly_map, taught.detector.inspect(photo).anomaly_map)
    assert again.discriminant
    assert trainings[0].detector.discriminant is None
