"""The size that photos are brought to."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.features.resizing import working_size


@given(st.lists(st.tuples(st.integers(16, 8192), st.integers(16, 8192)), min_size=1, max_size=5))
def test_the_working_size_has_sides_in_whole_cells_and_about_the_wanted_area(shapes: list[tuple[int, int]]) -> None:
    height, width = working_size(shapes, 256)
    assert height % 32 == width % 32 == 0
    assert 256 * 256 / 2 <= height * width <= 256 * 256 * 2
