"""Damage drawn on normals shows whether a detector could find any."""

import numpy as np
import pytest

from chalicelib.vision.arrays import Photo
from chalicelib.vision.training.drawn_damage import DrawnDamage, damaged
from chalicelib.vision.training.train import train
from tests.vision.conftest import OPTIONS
from tests.vision.drawn import SIDE, anomalies, normals, part


def layout(seed: int) -> Photo:
    """A drawing of black and white tracks, another one each time, as circuit boards of many layouts are."""
    rng = np.random.default_rng(seed)
    photo = np.zeros((SIDE, SIDE, 3), np.uint8)
    for _ in range(60):
        top, left = rng.integers(0, SIDE, 2)
        high, wide = rng.permutation([rng.integers(2, 5), rng.integers(8, 40)])
        photo[top : top + high, left : left + wide] = 255 * (rng.random() < 0.7)
    return photo


def test_a_piece_of_the_photo_lies_over_a_cell_that_is_known() -> None:
    photo, rng = part(1), np.random.default_rng(0)
    known = np.zeros((8, 8), bool)
    known[6, 2] = True
    for _ in range(50):
        changed = (damaged(photo, known, rng) != photo).any(axis=2)
        assert changed[6 * 16 : 7 * 16, 2 * 16 : 3 * 16].any()
        rows, columns = np.nonzero(changed)
        assert np.ptp(rows) < SIDE / 3
        assert np.ptp(columns) < SIDE / 3
    assert (part(1) == photo).all()


@pytest.mark.parametrize("shape", [(32, 32, 3), (32, 640, 3)])
def test_photos_of_any_shape_can_be_damaged_even_if_no_cell_is_known(shape: tuple[int, int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    known = np.zeros((shape[0] // 16, shape[1] // 16), bool)
    assert (damaged(photo, known, np.random.default_rng(1)) != photo).any()


def test_what_few_parts_show_is_trusted_less_than_what_many_show() -> None:
    few, many = DrawnDamage(10, 0.65), DrawnDamage(60, 0.65)
    assert few.cautious < many.cautious < 0.65
    assert few.by_chance
    assert not many.by_chance
    assert DrawnDamage(60, 0.58).by_chance
    assert not DrawnDamage(10, 1.0).by_chance


@pytest.mark.training
def test_damage_is_found_on_parts_that_are_alike_and_not_among_layouts_that_all_differ() -> None:
    alike, differing = train(normals(20), [], OPTIONS), train([layout(seed) for seed in range(20)], [], OPTIONS)
    assert alike.drawn_damage
    assert differing.drawn_damage
    assert alike.drawn_damage.tried == differing.drawn_damage.tried == 20
    assert alike.drawn_damage.auroc > 0.85
    assert differing.drawn_damage.auroc < 0.7
    unsure = [differing.detector.inspect(layout(seed)).anomaly_probability for seed in range(50, 70)]
    assert max(abs(chance - 0.5) for chance in unsure) < 0.45


@pytest.mark.training
def test_no_damage_is_drawn_where_there_are_anomalies_to_learn_from() -> None:
    assert train(normals(10), anomalies(3), OPTIONS).drawn_damage is None
