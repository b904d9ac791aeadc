"""Which copies of the images a training set holds, and which of them the Gaussian process learns from."""

import numpy as np
import pytest

from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.training.training_set import (
    MOST_SAMPLES,
    ROUGHENED,
    placed_photos,
    plan_samples,
    process_samples,
)
from tests.vision.drawn import normals


@pytest.mark.parametrize("ways", [3, 7])
def test_very_many_images_make_no_more_samples_than_there_is_room_for(ways: int) -> None:
    for images in (13, 150, 300, 500, 900, MOST_SAMPLES):
        plan = plan_samples(images - 3, 3, ways)
        assert len(plan.image) == min((2 + ways) * images + images - 3, MOST_SAMPLES)
        assert len(plan_samples(images, 0, ways).image) <= max(600, 3 * images)
        assert plan.original.sum() == images
        assert plan.normals == int((plan.image < images - 3).sum())
        assert not plan.anomalous[: plan.normals].any()
        kinds = zip(plan.image.tolist(), plan.change.tolist(), plan.way.tolist(), strict=True)
        assert len({*kinds}) == len(plan.image)


@pytest.mark.parametrize("normals_given", [20, 200, 300, 800])
def test_the_process_learns_from_copies_of_every_kind_and_never_by_a_part_of_a_group(normals_given: int) -> None:
    plan = plan_samples(normals_given, 0 if normals_given == 800 else 40, 3)
    groups = np.arange(plan.image.max() + 1)
    groups[1] = groups[-1] = 0
    chosen = process_samples(plan, groups)
    assert len(chosen) <= 600
    assert not plan.anomalous[chosen].any()
    images = set(plan.image[chosen].tolist())
    smooth = np.flatnonzero(plan.smooth & np.isin(groups[plan.image], groups[list(images)]) & ~plan.anomalous)
    assert set(smooth.tolist()) <= set(chosen.tolist())
    assert max(images) >= normals_given - 2, "the last normals are left out"
    if normals_given < 800:
        assert set(plan.change[chosen].tolist()) >= {0, 1, 2}


def test_a_roughened_copy_gets_one_ground_again_and_others_stay_as_they_are() -> None:
    photos, plan = normals(10), plan_samples(10, 0, 3)
    white = np.full_like(photos[0], 255)
    rng = np.random.default_rng(0)
    placed = list(placed_photos(photos, [Motion()] * 10, plan, lambda _photo, _rough: white, rng))
    assert [sample.photo is white for sample in placed] == (plan.change == ROUGHENED).tolist()
