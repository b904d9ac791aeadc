"""A single part on a plain ground is found, with its direction; anything else is not taken for one."""

import numpy as np
import pytest

from chalicelib.vision.features.part import find_part, largest_blob, otsu
from tests.vision.drawn import part, pin


@pytest.mark.parametrize("degrees", [0, 45, 101, 180, 268, 330])
def test_a_part_points_to_its_longer_tail(degrees: float) -> None:
    found = find_part(pin(1, degrees))
    assert found
    assert abs(np.angle(found.direction * np.exp(-1j * np.radians(degrees)), deg=True)) < 2


def test_a_part_is_found_where_it_lies() -> None:
    found = find_part(np.roll(pin(2, 0), (20, -10), axis=(0, 1)))
    still = find_part(pin(2, 0))
    assert found
    assert still
    assert found.centre - still.centre == pytest.approx(-10 + 20j, abs=0.3)
    assert found.reach == pytest.approx(still.reach, abs=2)


def test_dust_beside_a_part_does_not_belong_to_it() -> None:
    found, clean = find_part(pin(3, 30, dust=True)), find_part(pin(3, 30))
    assert found
    assert clean
    assert found.mask.sum() == pytest.approx(clean.mask.sum(), rel=0.02)


def test_round_parts_textures_and_several_parts_have_no_direction() -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:128, :128]
    disc = np.where(np.hypot(y - 60, x - 66) < 40, 60, 180).astype(np.uint8)
    grain = rng.integers(90, 160, (128, 128, 3), dtype=np.uint8)
    two = np.concatenate([pin(4, 10), pin(5, 80)], axis=1)
    cut = pin(6, 0)[:, 70:130]
    empty = np.full((96, 96, 3), 128, np.uint8)
    for photo in (np.repeat(disc[..., None], 3, axis=2), grain, two, cut, empty, part(1)):
        assert find_part(photo) is None


def test_the_largest_blob_is_connected_by_sides() -> None:
    mask = np.array(
        [[1, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 0]], np.bool_
    )
    expected = np.zeros_like(mask)
    expected[:4, 3:] = mask[:4, 3:]
    np.testing.assert_array_equal(largest_blob(mask), expected)
    assert not largest_blob(np.zeros((4, 4), np.bool_)).any()


def test_otsu_splits_two_kinds_of_values() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(10, 2, 900), rng.normal(60, 5, 100)]).astype(np.float32)
    assert 15 < otsu(values) < 45
