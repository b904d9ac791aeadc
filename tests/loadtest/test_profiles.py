"""The number of cameras follows the profile, and so does the number of images that they offer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.profiles import IMAGES_A_SECOND, PROFILES, burst, offered, ramp, steady

MOMENTS = st.floats(0, 1)
CAMERAS = st.integers(1, 10_000)


@given(MOMENTS, CAMERAS)
def test_there_is_always_a_camera_and_never_more_than_the_largest_number(passed: float, most: int) -> None:
    assert all(1 <= profile(passed, most) <= most for profile in PROFILES.values())


def test_a_burst_has_all_cameras_in_the_middle_and_a_tenth_of_them_otherwise() -> None:
    assert [burst(passed, 50) for passed in (0.0, 0.39, 0.4, 0.59, 0.6, 0.99)] == [5, 5, 50, 50, 5, 5]


@given(MOMENTS, MOMENTS, CAMERAS)
def test_a_ramp_never_falls(one: float, other: float, most: int) -> None:
    assert ramp(min(one, other), most) <= ramp(max(one, other), most)


def test_the_images_of_a_profile_follow_from_its_cameras_over_time() -> None:
    assert offered(steady, 10) == pytest.approx(10 * IMAGES_A_SECOND)
    assert offered(burst, 10) == pytest.approx((0.8 * 1 + 0.2 * 10) * IMAGES_A_SECOND)
