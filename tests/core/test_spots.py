"""Where an image is unusual: boxes within it, and words for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.inspection import INSPECTION
from chalicelib.core.spots import Box, spot_in_words
from tests.support.builders import an_inspection

OUTSIDE = [(-1, 0, 8, 8), (0, -1, 8, 8), (0, 0, 65, 8), (0, 0, 8, 49), (8, 0, 8, 8), (0, 8, 8, 8), (9, 0, 8, 8)]


@pytest.mark.parametrize(
    ("box", "where"),
    [
        (Box(0, 0, 9, 9), "upper left"),
        (Box(45, 0, 55, 9), "top"),
        (Box(91, 0, 100, 9), "upper right"),
        (Box(0, 45, 9, 55), "left"),
        (Box(45, 45, 55, 55), "centre"),
        (Box(91, 45, 100, 55), "right"),
        (Box(0, 91, 9, 100), "lower left"),
        (Box(45, 91, 55, 100), "bottom"),
        (Box(99, 99, 100, 100), "lower right"),
        (Box(0, 0, 100, 51), "most of the image"),
    ],
)
def test_a_spot_is_named_by_its_part_of_the_image(box: Box, where: str) -> None:
    assert str(spot_in_words([box], 100, 100, 0.03)).startswith(f"{where}, ")


def test_a_spot_has_its_pixels_the_unusual_share_and_how_many_others_there_are() -> None:
    boxes = [Box(120, 40, 180, 90), Box(0, 0, 1, 1), Box(2, 2, 3, 3)]
    assert spot_in_words(boxes[:1], 640, 480, 0.031) == "upper left, 120,40-180,90 px, 3 % of the image"
    assert spot_in_words(boxes, 640, 480, 0.001) == "upper left, 120,40-180,90 px, under 1 % of the image, and 2 more"
    assert spot_in_words([], 640, 480, 0.0) is None


@given(left=st.integers(0, 63), top=st.integers(0, 47), right=st.integers(1, 64), bottom=st.integers(1, 48))
def test_any_box_within_an_image_has_words(left: int, top: int, right: int, bottom: int) -> None:
    box = Box(min(left, right - 1), min(top, bottom - 1), right, bottom)
    assert box.lies_within(64, 48)
    assert spot_in_words([box], 64, 48, 1.0)


@pytest.mark.parametrize("box", OUTSIDE)
def test_a_box_that_is_empty_or_leaves_the_image_is_refused(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="boxes must lie within the image of 64 x 48 px"):
        an_inspection(boxes=(Box(*box),))


def test_a_box_without_an_image_size_is_refused() -> None:
    with pytest.raises(ValueError, match="boxes must lie within"):
        an_inspection(boxes=(Box(0, 0, 1, 1),), width=None, height=None)


def test_more_boxes_than_people_can_look_at_are_refused() -> None:
    box = Box(0, 0, 1, 1)
    assert len(an_inspection(boxes=(box,) * 5).boxes) == 5
    with pytest.raises(ValueError, match="at most 5"):
        an_inspection(boxes=(box,) * 6)


@pytest.mark.parametrize(
    "changes",
    [
        {"boxes": [[0, 0, 65, 1]]},
        {"boxes": [[0, 0, 1]]},
        {"boxes": [[0.5, 0, 2, 2]]},
        {"boxes": "upper left"},
        {"area_fraction": 1.01},
        {"area_fraction": -0.01},
        {"area_fraction": "nan"},
        {"features": "x" * 257},
        {"anomaly_map": "no map"},
    ],
)
def test_what_is_no_spot_is_refused_where_it_comes_in(changes: dict[str, object]) -> None:
    plain = INSPECTION.dump_python(an_inspection(boxes=(Box(0, 0, 1, 1),)))
    with pytest.raises(ValueError, match=next(iter(changes))):
        INSPECTION.validate_python(plain | changes)
