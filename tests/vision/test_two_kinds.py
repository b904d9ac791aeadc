"""Two kinds of images in one folder are noticed; one kind that varies is not taken for two."""

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.vision.arrays import Photo
from chalicelib.vision.two_kinds import LEAST, clusters, distance, pooled_descriptor, spread, two_kinds
from tests.vision.drawn import part


def described(photos: list[Photo]) -> NDArray[np.float32]:
    return np.stack([pooled_descriptor(photo) for photo in photos])


def other_product(seed: int) -> Photo:
    """The drawn part mirrored at its diagonal, in another metal."""
    photo = part(seed).transpose(1, 0, 2).astype(np.float32)
    return np.asarray(np.clip(photo * (1.0, 0.8, 0.55), 0, 255), np.uint8)


def test_two_products_in_one_folder_are_noticed_and_the_fewer_are_named() -> None:
    second = two_kinds(described([*[part(n) for n in range(24)], *[other_product(n) for n in range(100, 110)]]))
    assert second is not None
    assert second.tolist() == [False] * 24 + [True] * 10


def test_one_product_is_one_kind() -> None:
    assert two_kinds(described([part(n) for n in range(40)])) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("different", [1, 2])
def test_copies_of_one_photo_are_one_kind_and_copies_of_two_are_two(different: int) -> None:
    second = two_kinds(described([part(n % different) for n in range(30)]))
    assert (second is None) == (different == 1)


def test_light_that_varies_all_the_way_is_one_kind() -> None:
    assert two_kinds(described([part(n, brightness=0.6 + 0.02 * n) for n in range(30)])) is None


def test_parts_at_any_angle_are_one_kind() -> None:
    rng = np.random.default_rng(0)
    turns = rng.uniform(0, 2 * np.pi, 80)
    circle = np.column_stack([np.cos(turns), np.sin(turns), *rng.normal(0, 0.3, (6, 80))])
    assert two_kinds(circle.astype(np.float32)) is None


def test_a_few_odd_images_are_no_kind() -> None:
    photos = [*[part(n) for n in range(40)], *[other_product(n) for n in range(100, 103)]]
    assert two_kinds(described(photos)) is None


def test_too_few_images_say_nothing() -> None:
    photos = [*[part(n) for n in range(10)], *[other_product(n) for n in range(100, 109)]]
    assert len(photos) < LEAST
    assert two_kinds(described(photos)) is None


def test_normally_distributed_images_are_seldom_taken_for_two_kinds() -> None:
    rng = np.random.default_rng(4)
    found = [two_kinds((rng.normal(size=(30, 12)) * np.linspace(4, 1, 12)).astype(np.float32)) for _ in range(15)]
    assert all(each is None for each in found)


@pytest.mark.parametrize("apart", [5.0, 10.0, 20.0])
def test_the_distance_is_in_standard_deviations_of_both_kinds(apart: float) -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(4000, 3))
    points[:1000, 1] += apart
    second = clusters(points)
    assert second[:1000].mean() > 0.98
    assert distance(points, second) == pytest.approx(apart / np.sqrt(2), rel=0.05)
    assert 0 < spread(points, second) < 1
