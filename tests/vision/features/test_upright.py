"""Parts at any angle are brought upright, and nothing is turned where that is not known to help."""

import numpy as np
import pytest

from chalicelib.vision.arrays import Photo, cell_mean
from chalicelib.vision.augment import noisy
from chalicelib.vision.features.alignment import moved_back
from chalicelib.vision.features.part import ground_colour
from chalicelib.vision.features.region import resized_mask
from chalicelib.vision.features.resizing import resized
from chalicelib.vision.features.upright import Upright, fit_upright, repainted
from tests.vision.drawn import normals, part, pin

SHAPE, SIDE = (160, 192), 128


@pytest.fixture(scope="module")
def upright() -> Upright:
    """Fitted to drawn pins."""
    found = fit_upright([pin(seed) for seed in range(14)], SHAPE, None, SIDE, np.random.default_rng(0))
    assert found
    return found


@pytest.mark.parametrize("degrees", [0, 60, 137, 180, 211, 300])
def test_a_part_at_any_angle_lies_in_its_frame_as_the_others_do(upright: Upright, degrees: float) -> None:
    frame, place = upright.framed(pin(40, degrees))
    still, at_rest = upright.framed(pin(40, 0))
    assert frame.shape == (*upright.frame_size, 3)
    assert abs(np.angle(place.turn / at_rest.turn * np.exp(-1j * np.radians(degrees)), deg=True)) < 2
    assert np.abs(frame.astype(float) - still).mean() < 6


def test_a_defect_does_not_turn_the_part_around(upright: Upright) -> None:
    whole, chipped = upright.motion(enlarged(upright, pin(41, 75))), upright.motion(enlarged(upright, pin(41, 75, 5)))
    assert abs(np.angle(whole.turn / chipped.turn, deg=True)) < 3


def test_a_map_of_a_frame_goes_back_to_where_the_photo_has_the_part(upright: Upright) -> None:
    spots = pin(42, 250, chip=6), pin(42, 250)
    motion = upright.motion(enlarged(upright, spots[1]))
    frames = [upright.cut_out(enlarged(upright, photo), motion).astype(np.float32) for photo in spots]
    difference = np.asarray(np.abs(frames[0] - frames[1]).mean(axis=2), np.float32)
    cells = cell_mean(difference, 8)
    back = moved_back(cells, motion, 8, upright.photo_size)
    row, column = np.unravel_index(int(back.argmax()), back.shape)
    seen = np.abs(spots[0].astype(float) - spots[1]).mean(axis=2) > 25
    rows, columns = np.nonzero(seen)
    assert (row + 0.5) / back.shape[0] == pytest.approx(rows.mean() / SHAPE[0], abs=0.06)
    assert (column + 0.5) / back.shape[1] == pytest.approx(columns.mean() / SHAPE[1], abs=0.06)


def test_a_photo_without_a_part_gives_a_frame_all_the_same(upright: Upright) -> None:
    frame, _ = upright.framed(np.full((*SHAPE, 3), 177, np.uint8))
    assert frame.shape == (*upright.frame_size, 3)


def test_a_frame_that_is_changed_as_a_whole_gets_one_ground_again(upright: Upright) -> None:
    frame, _ = upright.framed(pin(43, 30))
    assert np.array_equal(repainted(frame, frame), frame)
    rough = noisy(frame, 9, np.random.default_rng(0))
    apart = ~resized_mask(upright.part > 0, upright.frame_size)
    assert np.ptp(rough[apart], axis=0).min() > 20
    assert np.ptp(repainted(frame, rough)[apart], axis=0).max() == 0
    shown = (frame != ground_colour(frame)).any(axis=2)
    assert shown.mean() > 0.1
    assert np.array_equal(repainted(frame, rough)[shown], rough[shown])


def test_a_small_part_is_shown_as_large_as_its_photos_allow() -> None:
    photos = [np.pad(pin(seed), ((96, 96), (96, 96), (0, 0)), mode="edge") for seed in range(12)]
    found = fit_upright(photos, (352, 384), None, 96, np.random.default_rng(0))
    assert found
    assert found.frame_size[1] >= 96
    assert found.photo_size[0] > 96


def test_parts_that_all_lie_at_one_angle_are_left_to_the_alignment() -> None:
    rng = np.random.default_rng(0)
    photos = [pin(seed, 20 + rng.uniform(-8, 8)) for seed in range(12)]
    assert fit_upright(photos, SHAPE, None, SIDE, rng) is None


def test_what_is_no_part_with_a_direction_is_left_as_it_is() -> None:
    rng = np.random.default_rng(0)
    assert fit_upright(normals(12), part(1).shape[:2], None, SIDE, rng) is None
    grain = [rng.integers(90, 160, (96, 96, 3), dtype=np.uint8) for _ in range(12)]
    assert fit_upright(grain, (96, 96), None, SIDE, rng) is None


def test_parts_whose_two_ends_look_alike_are_brought_upright_either_way() -> None:
    rods = []
    for seed in range(14):
        photo = np.full((128, 128, 3), 176, np.uint8)
        photo[58:70, 20:108] = 80
        turned = np.rot90(photo) if seed % 2 else photo
        rods.append(np.clip(turned + np.random.default_rng(seed).normal(0, 4, photo.shape), 0, 255).astype(np.uint8))
    found = fit_upright(rods, (128, 128), None, SIDE, np.random.default_rng(0))
    assert found
    frames = [found.framed(photo)[0].astype(np.float32) for photo in rods]
    assert np.abs(frames[0] - frames[1]).mean() < 10


def enlarged(upright: Upright, photo: Photo) -> Photo:
    """The photo at the size that frames are cut out of."""
    return resized(photo, upright.photo_size)
