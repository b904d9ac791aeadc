"""A photo whose part had to be moved is treated as if it had been taken in place."""

import numpy as np
import pytest

from chalicelib.vision.augment import moved
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.extractor import Extractor, Features, fit_filling
from chalicelib.vision.training.train import Training
from tests.vision.drawn import SIDE, normals, part

pytestmark = pytest.mark.training


def test_cells_from_beyond_the_photo_and_their_neighbours_are_not_known() -> None:
    known = Motion(shift=17 - 8j).known((16, 16), 8)  # the part is 17 px right of and 8 px above its place
    expected = np.ones((16, 16), np.bool_)
    expected[:, -3:] = False
    expected[:2] = False
    np.testing.assert_array_equal(known, expected)


def test_a_photo_at_rest_or_moved_by_a_pixel_is_known_everywhere() -> None:
    assert Motion().known((8, 8), 8).all()
    assert Motion(shift=1 + 1j).known((8, 8), 8).all()


def test_unknown_cells_get_the_mean_of_the_views_that_know_them() -> None:
    rng = np.random.default_rng(0)
    samples = []
    for hidden in range(3):
        known = np.ones((4, 4), np.bool_)
        known[:, hidden] = known[:, 3] = False
        texture, cells = rng.random((4, 4, 2)).astype(np.float32), rng.random((2, 2, 2)).astype(np.float32)
        samples.append(Features(cells, texture, known.reshape(2, 2, 2, 2).all(axis=(1, 3)), known))
    filling = fit_filling(samples)
    others = np.mean([samples[1].texture[:, 0], samples[2].texture[:, 0]], axis=0)
    np.testing.assert_allclose(samples[0].filled(filling).texture[:, 0], others, atol=2e-3)
    np.testing.assert_array_equal(samples[0].filled(filling).texture[:, 1:3], samples[0].texture[:, 1:3])
    shown = np.concatenate([sample.texture[sample.known_texture] for sample in samples]).mean(axis=0)
    np.testing.assert_allclose(filling.texture[:, 3], np.broadcast_to(shown, (4, 2)), atol=2e-3)


def test_mirroring_a_view_mirrors_what_is_known() -> None:
    photo, extractor = part(5), Extractor(None, None, None, None, None)
    straight, mirror = extractor.extract_unfilled(photo, Motion()), extractor.extract_unfilled(photo, Motion(), 1)
    np.testing.assert_allclose(straight.texture[:, ::-1, :3], mirror.texture[..., :3], atol=1e-6)
    assert mirror.known_texture.shape == (SIDE // 8, SIDE // 8)


@pytest.mark.parametrize("shift", [(14, 0), (-13, 12), (0, -15)])
def test_a_good_part_far_from_its_place_is_no_anomaly(from_both: Training, shift: tuple[int, int]) -> None:
    rejected = [from_both.detector.inspect(moved(photo, 0, 1, *shift)).anomalous for photo in normals(8, 300)]
    assert sum(rejected) <= 1


def test_a_defect_on_a_part_far_from_its_place_is_an_anomaly(from_both: Training) -> None:
    assert from_both.detector.inspect(moved(part(301, spot=7), 0, 1, -12, 12)).anomalous
