"""Which images a training takes, and what is refused before it begins."""

import pytest

from chalicelib.projects.domain import DatasetType
from chalicelib.projects.errors import TooLarge
from chalicelib.projects.limits import MOST_IMAGES
from chalicelib.projects.manifest import Entry, parse
from chalicelib.projects.training_size import (
    FUNCTION,
    LARGEST_FILES,
    MOST_LEARNED,
    UNLIMITED,
    Estimate,
    drawn,
    require_disk,
    require_time,
)
from chalicelib.vision.training.train import MOST_IMAGES as MOST_TRAINED
from tests.projects.world import lines


def entries(normal: int, anomaly: int) -> list[Entry]:
    return parse(lines(normal, anomaly).splitlines(), None)[0]


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ((20, 10), (20, 10)),
        ((16_000, 0), (800, 0)),
        ((900, 10), (790, 10)),
        ((700, 700), (400, 400)),
        ((300, 900), (300, 500)),
    ],
)
def test_at_most_so_many_are_learned_from_and_about_as_many_of_both(
    there: tuple[int, int], taken: tuple[int, int]
) -> None:
    chosen = drawn(entries(*there))
    labels = [each.label for each in chosen]
    assert (labels.count("normal"), labels.count("anomaly")) == taken


def test_the_same_images_are_drawn_in_whichever_order_they_are_listed() -> None:
    every = entries(900, 20)
    assert {each.source for each in drawn(every)} == {each.source for each in drawn(every[::-1])}


def test_training_takes_as_many_as_the_detector_can() -> None:
    assert MOST_LEARNED == MOST_TRAINED


def test_the_largest_data_sets_of_the_contract_fit_when_their_images_are_small() -> None:
    require_time(MOST_LEARNED, MOST_IMAGES[DatasetType.TEST], 0, FUNCTION)
    require_disk(LARGEST_FILES // 2, 100, 200, FUNCTION)


def test_too_many_pixels_are_refused_with_an_estimate_after_twenty_images() -> None:
    estimate = Estimate(800, 0, FUNCTION)
    for _ in range(19):
        estimate.add(10)
    with pytest.raises(TooLarge, match=r"8000 megapixels, would take about 18 minutes, .* has 12"):
        estimate.add(10)


def test_the_first_images_do_not_speak_for_the_others_if_the_others_are_smaller() -> None:
    estimate = Estimate(800, 0, FUNCTION)
    for megapixels in [*[1] * 20, 100, *[1] * 779]:
        estimate.add(megapixels)
    assert estimate.megapixels == 899


def test_images_that_do_not_fit_onto_the_disk_are_refused_with_an_estimate_after_twenty() -> None:
    require_disk(19 * 8_000_000, 19, 4800, FUNCTION)
    with pytest.raises(TooLarge, match="the 4800 images have about 38 GB, and a training here has room for 9 GB"):
        require_disk(20 * 8_000_000, 20, 4800, FUNCTION)


def test_a_computer_whose_user_waits_trains_with_everything() -> None:
    require_time(800, 4000, 1e9, UNLIMITED)
    require_disk(10**15, 1000, 1000, UNLIMITED)
