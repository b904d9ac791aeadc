"""The foreign images are many, differ from the photos they are made of, and are the same for the same seed."""

import numpy as np
import pytest

from chalicelib.models.foreign_images import KINDS, foreign_images
from tests.vision.drawn import normals

PHOTOS = normals(3)
OTHERS = {"bolts": normals(2, 50)}


def test_there_are_at_least_thirty_kinds_and_each_other_product() -> None:
    kinds = [kind for kind, _ in foreign_images(PHOTOS, OTHERS, 0)]
    assert len(KINDS) >= 30
    assert kinds[-1] == "product: bolts"
    assert set(kinds[:-1]) <= set(KINDS)


def test_the_same_seed_makes_the_same_images_and_another_seed_others() -> None:
    first, again, other = (dict(foreign_images(PHOTOS, OTHERS, seed)) for seed in (3, 3, 4))
    for kind, photo in first.items():
        np.testing.assert_array_equal(photo, again[kind])
    assert any((first[kind] != other[kind]).any() for kind in first)


@pytest.mark.parametrize("shape", [(40, 90, 3), (91, 33, 3), (700, 400, 3)])
def test_photos_of_any_size_make_images_of_their_own_proportions(shape: tuple[int, int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    for kind, image in foreign_images([photo], {}, 0):
        assert image.dtype == np.uint8, kind
        assert image.shape[0] / image.shape[1] == pytest.approx(shape[0] / shape[1], rel=0.02), kind


def test_a_kind_that_hardly_changes_the_photo_is_left_out() -> None:
    grey = np.repeat(PHOTOS[0][..., :1], 3, axis=2)
    assert "planes swapped" not in dict(foreign_images([grey], {}, 0))
    black = np.zeros((64, 64, 3), np.uint8)
    assert not {"black", "underexposed x0.1", "left half black"} & set(dict(foreign_images([black], {}, 0)))
