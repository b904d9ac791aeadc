"""Boxes are only where the map is above the mask's level, one for each spot, the strongest first."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.explain import (
    AT_LEVEL,
    BOX_COLOUR,
    MOST_BOXES,
    explain,
    mask_picture,
    overlay,
    pixel_mask,
    small_map,
)

type Map = NDArray[np.float32]

maps = arrays(np.float32, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.floats(-2, 12, width=32))


def a_map(**cells: float) -> Map:
    """A map of 8 x 8 cells with the given ones, such as r2c3=5."""
    anomaly_map = np.zeros((8, 8), np.float32)
    for name, value in cells.items():
        anomaly_map[int(name[1]), int(name[3])] = value
    return anomaly_map


def test_an_image_that_stays_below_the_level_has_no_box() -> None:
    shown = explain(a_map(r2c3=1.0, r5c5=0.99), 1.0, (80, 160))
    assert (shown.boxes, shown.worst_box, shown.area_fraction) == ((), None, 0)


def test_each_spot_has_a_box_and_the_strongest_is_first() -> None:
    shown = explain(a_map(r1c1=2, r5c6=4, r6c7=3), 1.0, (80, 160))
    assert shown.boxes == ((120, 50, 160, 70), (20, 10, 40, 20))
    assert shown.worst_box == shown.boxes[0]
    assert shown.area_fraction == 3 / 64


def test_cells_that_touch_by_a_corner_are_one_spot() -> None:
    assert len(explain(a_map(r1c1=2, r2c2=2, r3c1=2), 1.0, (80, 80)).boxes) == 1


def test_a_box_is_around_the_cells_that_are_at_least_half_as_high() -> None:
    shown = explain(a_map(r1c1=8, r1c2=5, r1c3=3, r1c4=2), 1.0, (80, 80))
    assert shown.boxes == ((10, 10, 30, 20),)
    assert shown.area_fraction == 4 / 64


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (480, 640)])
@given(anomaly_map=maps, level=st.floats(-1, 4))
def test_boxes_are_few_and_lie_within_the_image(anomaly_map: Map, level: float, shape: tuple[int, int]) -> None:
    shown = explain(anomaly_map, level, shape)
    assert len(shown.boxes) <= MOST_BOXES
    assert 0 <= shown.area_fraction <= 1
    assert bool(shown.boxes) == (shown.area_fraction > 0) == bool((anomaly_map > level).any())
    for left, top, right, bottom in shown.boxes:
        assert 0 <= left < right <= shape[1]
        assert 0 <= top < bottom <= shape[0]


@given(anomaly_map=maps, level=st.floats(-1, 4), side=st.integers(1, 32))
def test_the_small_map_keeps_what_is_above_the_level(anomaly_map: Map, level: float, side: int) -> None:
    small = small_map(anomaly_map, level, side)
    assert max(small.shape) <= side
    assert small.dtype == np.uint8
    assert (anomaly_map.max() > max(level, 1e-6)) <= (small.max() >= AT_LEVEL)


def test_the_small_map_is_0_where_it_is_usual_and_128_at_the_level() -> None:
    small = small_map(a_map(r0c0=1, r0c1=0.49, r0c2=0.5, r0c3=1.5, r0c4=9, r0c5=-3), 1.0, 32)
    assert small[0].tolist() == [AT_LEVEL, 0, 64, 192, 255, 0, 0, 0]


def test_the_picture_has_every_box() -> None:
    photo = np.full((80, 80, 3), 90, np.uint8)
    with Image.open(BytesIO(overlay(photo, a_map(r1c1=2, r5c6=4), 1.0))) as picture:
        for box in explain(a_map(r1c1=2, r5c6=4), 1.0, (80, 80)).boxes:
            assert picture.getpixel(box[:2]) == BOX_COLOUR
        assert picture.getpixel((5, 40)) != BOX_COLOUR


def test_a_mask_has_the_size_of_the_image_and_marks_what_is_above_the_level() -> None:
    mask = pixel_mask(a_map(r1c1=4), 1.0, (80, 160))
    assert mask.shape == (80, 160)
    assert mask[15, 30]
    assert not mask[:, 80:].any()
    assert not pixel_mask(a_map(r1c1=1), 1.0, (80, 160)).any()


def test_the_picture_of_a_mask_is_its_colour_on_white() -> None:
    mask = np.zeros((3, 5), bool)
    mask[1, 2:4] = True
    with Image.open(BytesIO(mask_picture(mask, "#2ca02c"))) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (5, 3))
        pixels = np.asarray(picture)
    assert ((pixels == (0x2C, 0xA0, 0x2C)).all(axis=2) == mask).all()
    assert (pixels[~mask] == 255).all()
