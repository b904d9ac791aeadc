"""Exact bounds of a share, against values that are known in closed form or were published."""

import numpy as np
import pytest

from chalicelib.vision.binomial import images_to_show, upper_bound
from tests.vision.test_interval import probability


def test_without_a_mistake_the_bound_is_the_twentieth_root_rule() -> None:
    for images in (1, 10, 32, 300):
        assert upper_bound(0, images) == pytest.approx(1 - 0.05 ** (1 / images), abs=1e-9)


def test_a_bound_is_the_share_at_which_so_few_mistakes_have_a_chance_of_one_in_twenty() -> None:
    for count, images in ((1, 32), (3, 50), (80, 400)):
        assert probability(range(count + 1), images, upper_bound(count, images)) == pytest.approx(0.05, abs=1e-6)


def test_nothing_is_excluded_without_images_or_when_all_are_wrong() -> None:
    assert upper_bound(0, 0) == upper_bound(4, 4) == 1.0


def test_so_many_images_without_a_mistake_show_a_share_and_one_fewer_does_not() -> None:
    assert images_to_show(0.01) == 299
    for share in (0.01, 0.05, 0.1, 0.5):
        needed = images_to_show(share)
        assert upper_bound(0, needed) <= share < upper_bound(0, needed - 1)


def test_the_bound_holds_for_a_threshold_chosen_on_the_same_images() -> None:
    """Of a threshold just below the third smallest of 40 values, at most the bound lies below in 95 % of draws."""
    rng = np.random.default_rng(0)
    third = np.sort(rng.random((4000, 40)), axis=1)[:, 2]  # below a value x of a uniform draw lies the share x
    assert (third <= upper_bound(2, 40)).mean() == pytest.approx(0.95, abs=0.01)
