"""Parts are met where they are, and nothing is moved where that is not known."""

import numpy as np
import pytest

from chalicelib.vision.augment import moved, shifted
from chalicelib.vision.features.alignment import Alignment, Motion, fit_alignment, moved_back
from chalicelib.vision.features.resizing import resized
from tests.vision.drawn import normals, part


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    """Fitted to drawn parts."""
    found = fit_alignment(normals(15), np.random.default_rng(0))
    assert found
    return found


@pytest.mark.parametrize("seed", range(50, 54))
def test_a_known_motion_is_found(alignment: Alignment, seed: int) -> None:
    photo = part(seed)
    still = alignment.motion(photo)
    found = alignment.motion(moved(photo, 4.0, 1.0, 5.0, -6.0))
    assert np.degrees(np.angle(found.turn / still.turn)) == pytest.approx(4.0, abs=1.0)
    shift = found.shift - still.shift * np.exp(1j * np.radians(4.0))
    assert (shift.real, shift.imag) == pytest.approx((-6.0, 5.0), abs=0.25)


def test_an_aligned_photo_is_where_the_template_is(alignment: Alignment) -> None:
    photo = moved(part(51), -5.0, 1.05, 8.0, 8.0)
    left = alignment.motion(alignment.aligned(photo))
    assert abs(left.shift) < 0.7
    assert abs(left.turn - 1) < 0.02


def test_a_map_goes_back_to_where_the_photo_has_the_part() -> None:
    grid = np.zeros((16, 16), np.float32)
    grid[4, 8] = 1
    back = moved_back(grid, Motion(shift=16 + 24j), 8, (128, 128))
    assert divmod(int(back.argmax()), 16) == (7, 10)


def test_textures_are_left_as_they_are() -> None:
    rng = np.random.default_rng(0)
    grain = [rng.integers(90, 160, (96, 96, 3), dtype=np.uint8) for _ in range(12)]
    assert fit_alignment(grain, rng) is None


def test_parts_whose_turning_does_not_show_are_only_shifted() -> None:
    y, x = np.mgrid[:128, :128]
    discs = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        cy, cx = rng.uniform(60, 68, 2)
        far = np.hypot(y - cy, x - cx)
        disc = np.where(far < 40, 180, 60) - np.where(far < 15, 130, 0) + rng.normal(0, 3, (128, 128))
        discs.append(np.repeat(np.clip(disc, 0, 255).astype(np.uint8)[..., None], 3, axis=2))
    found = fit_alignment(discs, np.random.default_rng(1))
    assert found
    assert not found.turns


def test_shifting_by_whole_pixels_changes_no_pixel() -> None:
    photo = part(3)
    np.testing.assert_array_equal(shifted(photo, 3, -5)[3:, :-5], photo[:-3, 5:])
    np.testing.assert_array_equal(moved(photo, 0.0, 1.0, 3, -5), shifted(photo, 3, -5))


def test_an_image_does_not_find_itself_in_a_template_of_few() -> None:
    rng = np.random.default_rng(0)
    smooth = [resized(rng.integers(0, 255, (25, 35, 3), dtype=np.uint8), (224, 320)) for _ in range(12)]
    assert fit_alignment(smooth, rng) is None
