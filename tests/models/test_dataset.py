"""Data sets are sampled when they are larger than training takes; what is known of their images is kept."""

from pathlib import Path

import pytest

from chalicelib.models.dataset import Labelled, Photos, sampled
from tests.models.kinds_of import kinds_of


def named(count: int) -> Photos:
    """Photos that are nowhere."""
    return Photos(tuple(Path(f"{number}.png") for number in range(count)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((2000, 0), (800, 0)),
        ((2000, 2000), (400, 400)),
        ((15, 9), (15, 9)),
        ((700, 300), (500, 300)),
        ((20, 2000), (20, 780)),
    ],
)
def test_more_images_than_training_has_room_for_are_sampled(given: tuple[int, int], kept: tuple[int, int]) -> None:
    few = sampled(Labelled(named(given[0]), named(given[1])), None, None, 0)
    assert (len(few.normal), len(few.anomaly)) == kept


def test_images_that_training_has_no_room_for_are_counted(tmp_path: Path) -> None:
    few = sampled(Labelled(named(2000), named(0), folder=tmp_path), None, None, 0)
    assert few.left_out == {tmp_path: "1200 images by lot: training takes at most 800"}


def test_a_sample_keeps_the_kind_of_each_anomaly_in_their_order() -> None:
    kinds = {Path(f"{number}.png"): "dent" for number in range(0, 900, 2)}
    few = sampled(Labelled(named(10), named(900), kinds=kinds), 10, 20, 3)
    assert kinds_of(few) == ["dent" if int(path.stem) % 2 == 0 else None for path in few.anomaly.paths]
    assert set(kinds_of(few)) == {"dent", None}
