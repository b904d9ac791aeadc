"""Frames of a dead camera and other products are unfamiliar, whatever was learned; parts and their defects are not."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageFilter

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.features.extractor import Extractor
from chalicelib.vision.features.image_statistics import STATISTICS, image_statistics
from chalicelib.vision.scoring.familiarity import fit_familiarity, left_out_distances, summary
from chalicelib.vision.training.train import Training
from tests.vision.drawn import SIDE, anomalies, normals, part

REGIMES = ("from_normals", "from_both")


def flat(*colour: int) -> Photo:
    """A photo of one colour."""
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def halved(photo: Photo, value: Photo | int) -> Photo:
    """The photo with another left half."""
    changed = photo.copy()
    changed[:, : SIDE // 2] = value if isinstance(value, int) else value[:, : SIDE // 2]
    return changed


def plate() -> Photo:
    """Another product: a bright plate with slots."""
    photo = np.full((SIDE, SIDE, 3), 60, np.uint8)
    photo[20:108, 10:118] = 190
    photo[30:98:12, 20:108] = 90
    return photo


NOISE = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
FOREIGN = {
    "black": flat(0, 0, 0),
    "white": flat(255, 255, 255),
    "grey": flat(128, 128, 128),
    "green": flat(0, 135, 0),
    "noise": NOISE,
    "half black": halved(part(900), 0),
    "half grey": halved(part(900), 128),
    "half repeated": halved(part(900), np.roll(part(900), SIDE // 2, axis=1)),
    "overexposed": np.minimum(part(900).astype(int) * 4, 255).astype(np.uint8),
    "underexposed": (part(900) * 0.1).astype(np.uint8),
    "defocused": np.asarray(Image.fromarray(part(900)).filter(ImageFilter.GaussianBlur(8))),
    "empty ground": np.clip(NOISE / 64 + 70, 0, 255).astype(np.uint8),
    "negative": 255 - part(900),
    "another product": plate(),
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_image_is_unfamiliar(regime: str, kind: str, request: pytest.FixtureRequest) -> None:
    training: Training = request.getfixturevalue(regime)
    assert training.detector.inspect(FOREIGN[kind]).unfamiliar


@pytest.mark.parametrize("regime", REGIMES)
def test_unseen_parts_and_their_defects_are_familiar(regime: str, request: pytest.FixtureRequest) -> None:
    training: Training = request.getfixturevalue(regime)
    photos = (*normals(15, 100), *anomalies(10, 700), part(300, brightness=0.85), part(301, brightness=1.15))
    assert [training.detector.inspect(photo).unfamiliar for photo in photos] == [None] * len(photos)


def test_the_reason_names_what_is_out_of_range(from_both: Training) -> None:
    detector = from_both.detector
    assert (
        detector.inspect(halved(part(900), 0)).unfamiliar
        == "the share of black pixels is far above that of all training images"
    )


def test_a_whole_that_is_like_no_training_image_is_unfamiliar_though_each_statistic_is_usual(
    from_both: Training,
) -> None:
    familiarity = from_both.detector.familiarity
    photo, grid = part(900), np.full((8, 8, familiarity.summaries.shape[1] // 2), 9, np.float32)
    assert familiarity.judge(photo, grid)[0] == "the image as a whole looks like no training image"


@dataclass(frozen=True)
class SameCells:
    """Finds the same cells in every photo, and repaints each as the same."""

    grid: Grid
    repaints: Photo

    def repainted(self, _photo: Photo, _copy: Photo) -> Photo:
        return self.repaints

    def cells_of(self, _photo: Photo) -> Grid:
        return self.grid


def test_copies_that_are_changed_get_one_ground_again_before_anything_is_learned_of_them() -> None:
    grids, groups, rng = [np.zeros((4, 4, 3), np.float32)] * 10, np.arange(10), np.random.default_rng(0)
    white = np.full_like(part(1), 255)
    for repaints, familiar in ((white, True), (part(1), False)):
        extractor = cast("Extractor", SameCells(grids[0], repaints))
        found, _ = fit_familiarity(normals(10), groups, (grids, groups), extractor, rng).judge(white, grids[0])
        assert (found is None) == familiar


def test_anomalies_that_were_learned_are_familiar_as_far_as_normals_are() -> None:
    negatives = [255 - photo for photo in normals(6, 40)]
    grids = [np.random.default_rng(seed).normal(size=(4, 4, 3)).astype(np.float32) for seed in range(16)]
    learned = [*normals(10), *negatives]
    groups, rng = np.arange(16), np.random.default_rng(0)
    extractor = cast("Extractor", SameCells(grids[0], normals(1)[0]))
    familiarity = fit_familiarity(learned, groups, (grids, groups), extractor, rng)
    without = fit_familiarity(learned[:10], groups[:10], (grids[:10], groups[:10]), extractor, rng)
    assert familiarity.judge(negatives[0], grids[0])[0] is None
    assert without.judge(negatives[0], grids[0])[0]


def test_an_image_is_compared_with_no_copy_of_its_own() -> None:
    summaries = np.array([[0.0], [0.1], [1.0], [3.0]], np.float32)
    np.testing.assert_allclose(left_out_distances(summaries, np.array([0, 0, 1, 2])), [1.0, 0.9, 0.9, 2.0], atol=1e-3)


def test_the_distance_is_to_the_nearest_training_image(from_both: Training) -> None:
    familiarity = from_both.detector.familiarity
    own = summary(np.full((2, 2, familiarity.summaries.shape[1] // 2), 0.5, np.float32))
    expected = np.linalg.norm(familiarity.summaries.astype(np.float64) - own, axis=1).min()
    assert familiarity.distance(own) == pytest.approx(expected, rel=1e-3)


def test_every_statistic_has_a_name_and_a_value_for_any_photo() -> None:
    for photo in (flat(0, 0, 0), flat(255, 255, 255), NOISE, part(1)[:32, :96], part(1)[:96, :32]):
        values = image_statistics(photo)
        assert values.shape == (len(STATISTICS),)
        assert np.isfinite(values).all()
