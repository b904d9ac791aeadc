"""Planes read between their pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.features.sampling import centred, sampled, shifted_planes

SHAPES = st.tuples(st.integers(4, 20), st.integers(4, 20))
SHIFTS = st.complex_numbers(max_magnitude=30, allow_nan=False)


@given(SHAPES, SHAPES, SHIFTS, st.integers(0, 99))
def test_a_shift_reads_the_same_in_one_way_as_in_the_other(
    shape: tuple[int, int], read: tuple[int, int], shift: complex, seed: int
) -> None:
    planes = np.random.default_rng(seed).uniform(-1, 1, (3, *shape)).astype(np.float32)
    expected = sampled(planes, centred(read) + np.complex64(shift))
    assert shifted_planes(planes, shift, read) == pytest.approx(expected, abs=1e-4)


def test_a_shift_of_whole_pixels_moves_rows_and_columns_and_repeats_the_edge() -> None:
    planes = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    assert shifted_planes(planes, 2 + 1j, (4, 5))[:, :-1, :-2] == pytest.approx(planes[:, 1:, 2:], abs=0.01)
    assert shifted_planes(planes, 9 + 9j, (4, 5)) == pytest.approx(
        np.broadcast_to(planes[:, -1:, -1:], (3, 4, 5)), abs=0.02
    )
