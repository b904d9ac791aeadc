"""The sentence that says whether a detector is fit to use, and what follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chalicelib.reports.training.conclusion import LIMIT, Conclusion, Fitness, TrainingSummary, at_chance, conclude
from chalicelib.reports.training.data_warnings import data_warnings
from chalicelib.reports.training.light import light_apart
from chalicelib.reports.training.page import page
from chalicelib.reports.training.predictions import LabelledPrediction, distinct
from chalicelib.vision.binomial import upper_bound
from chalicelib.vision.training.drawn_damage import DrawnDamage
from tests.reports.conftest import Made

MAP = np.zeros((1, 1), np.float32)


def images(normal: Sequence[float], anomaly: Sequence[float]) -> list[LabelledPrediction]:
    rows = [(chance, False) for chance in normal] + [(chance, True) for chance in anomaly]
    return [LabelledPrediction(Path(str(n)), anomalous, chance, MAP) for n, (chance, anomalous) in enumerate(rows)]


def concluded(
    normal: Sequence[float], anomaly: Sequence[float], learned: int = 30, damage: DrawnDamage | None = None
) -> Conclusion:
    return conclude(images(normal, anomaly), 0.5, TrainingSummary(learned, damage=damage))


def test_a_detector_is_fit_when_both_bounds_are_within_the_limit() -> None:
    found = concluded([0.1] * 100 + [0.9] * 2, [0.9] * 40)
    assert found.fitness is Fitness.FIT
    assert found.sentence.startswith(
        "Fit to use: 0 of 40 defective parts passed (with 95 % confidence at most 7.2 % will)"
    )
    assert "2 of 102 good parts were rejected (at most 6 %)" in found.sentence


@pytest.mark.parametrize("count", [10, 28, 29, 60])
def test_the_limit_is_kept_by_the_bound_and_not_by_the_count(count: int) -> None:
    fit = concluded([0.1] * 100, [0.9] * count).fitness is Fitness.FIT
    assert fit == (upper_bound(0, count) <= LIMIT) == (count >= 29)


def test_few_images_without_a_mistake_ask_for_more_and_say_how_many() -> None:
    found = concluded([0.1] * 100, [0.9] * 20)
    assert found.fitness is Fitness.NOT_YET
    assert "because 0 of 20 defective parts passed, so that up to 14 % may" in found.sentence
    assert "Photograph 9 more defective parts" in found.action
    assert concluded([0.1] * 100, [0.9] * 29).fitness is Fitness.FIT


def test_many_mistakes_ask_for_a_better_detector_and_not_for_a_longer_test() -> None:
    found = concluded([0.1] * 100, [0.9] * 30 + [0.2] * 10)
    assert "10 of 40 defective parts passed, so that up to 39 % may" in found.sentence
    assert "kinds that pass" in found.action
    rejecting = concluded([0.1] * 60 + [0.8] * 40, [0.9] * 40)
    assert "40 of 100 good parts were rejected" in rejecting.sentence
    assert "good parts, as different as on the line" in rejecting.action


def test_photos_that_are_nearly_the_same_prove_no_more_than_one() -> None:
    every = images([0.1] * 40, [0.9] * 40)
    paths = [image.path for image in every]
    assert conclude(every, 0.5, TrainingSummary(40)).fitness is Fitness.FIT
    found = conclude(every, 0.5, TrainingSummary(40, alike=[paths[:39], paths[40:60]]))
    assert found.reason == (
        "photos that are nearly the same count once, and then 0 of 21 defective parts passed, so that up to 13 % may;"
        " and 0 of 2 good parts were rejected, so that up to 78 % may be"
    )
    assert conclude(every, 0.5, TrainingSummary(40, alike=[paths[:2], paths[40:42]])).fitness is Fitness.FIT


def test_fitness_is_doubted_where_the_light_alone_separates_the_anomalies() -> None:
    every = images([0.1] * 40, [0.9] * 40)
    darker = light_apart([0.5] * 40 + [0.3] * 40, [each.anomalous for each in every])
    found = conclude(every, 0.5, TrainingSummary(40, light=darker))
    assert found.fitness is Fitness.FIT
    assert "But anomalous images are darker than normal ones, and that alone separates them" in found.action
    same = light_apart([0.5] * 80, [False] * 40 + [True] * 40)
    assert "But" not in conclude(every, 0.5, TrainingSummary(40, light=same)).action


def test_a_group_with_a_mistake_counts_as_a_mistake() -> None:
    rows = images([0.1, 0.9, 0.2], [0.9])
    kept = distinct(rows, 0.5, [[row.path for row in rows]])
    assert sorted((image.anomalous, image.probability) for image in kept) == [(False, 0.9), (True, 0.9)]


def test_without_an_image_that_proves_something_nothing_is_known() -> None:
    found = conclude([], 0.5, TrainingSummary(30))
    assert found.reason == "no image shows a defective part; and no image shows a good part"


def test_good_parts_that_are_unlike_all_training_photos_are_named_with_what_to_do() -> None:
    every = [replace(each, unfamiliar=not each.anomalous) for each in images([0.1] * 30, [0.9] * 30)]
    found = conclude(every, 0.5, TrainingSummary(30))
    assert "30 of 30 good parts were rejected" in found.reason
    assert found.action.startswith("30 good parts are unlike anything in training: restore camera and light, or train")


def test_more_photos_of_one_kind_are_not_said_to_make_it_fit() -> None:
    found = concluded([0.1] * 12, [0.1] * 6 + [0.9] * 6)
    assert (
        "Photograph 17 more good parts: if mistakes stay as rare, that shows that they are few enough." in found.action
    )


def test_both_doubts_are_named() -> None:
    found = concluded([0.1] * 12, [0.9] * 12)
    assert "defective parts passed" in found.reason
    assert "good parts were rejected" in found.reason


def test_without_a_defective_part_nothing_is_known_of_escapes() -> None:
    found = concluded([0.1] * 100, [], learned=0)
    assert found.sentence == (
        "Not yet fit to use, because no image shows a defective part."
        " Photograph 29 defective parts to see how many would pass."
    )


def test_damage_drawn_on_good_parts_says_whether_a_detector_without_defective_ones_can_find_any() -> None:
    normal = [0.1] * 100
    blind = concluded(normal, [], learned=0, damage=DrawnDamage(60, 0.53))
    assert blind.sentence == (
        "No better than chance: damage drawn on 60 good parts looks more unusual than a good part in 53 % of all pairs,"
        " by chance it would be 50 %. Train with defective parts too, and let all parts lie the same way."
    )
    seeing = concluded(normal, [], learned=0, damage=DrawnDamage(60, 0.98))
    assert seeing.sentence == (
        "Not yet fit to use, because no image shows a defective part (damage drawn on 60 good parts looks more unusual"
        " than a good part in 98 % of all pairs). Photograph 29 defective parts to see how many would pass."
    )


def test_defective_parts_say_more_than_drawn_damage() -> None:
    assert concluded([0.1] * 100, [0.9] * 40, learned=0, damage=DrawnDamage(60, 0.5)).fitness is Fitness.FIT


def test_a_ranking_at_random_is_no_better_than_chance() -> None:
    rng = np.random.default_rng(1)
    found = concluded(rng.random(60).tolist(), rng.random(60).tolist())
    assert found.fitness is Fitness.CHANCE
    assert "by chance it would be 50 % (60 defective, 60 good parts)" in found.reason
    assert "Check the labels" in found.action
    assert "Train with defective parts too" in concluded([0.3, 0.5] * 30, [0.4] * 30, learned=0).action


def test_one_in_twenty_random_rankings_passes_for_better_than_chance() -> None:
    rng = np.random.default_rng(2)
    found = [at_chance(images(rng.random(25).tolist(), rng.random(15).tolist())) for _ in range(400)]
    assert np.mean(found) == pytest.approx(0.95, abs=0.03)


def test_images_too_few_for_any_ranking_to_show_something_are_not_called_chance() -> None:
    assert not at_chance(images([0.9] * 10, [0.1]))
    assert at_chance(images([0.9] * 10, [0.1, 0.2]))
    assert not at_chance(images([0.1] * 5, []))


def test_a_detector_at_chance_accuses_no_labels(made: Made) -> None:
    assert not any("label" in each.title for each in data_warnings(made([0.1, 0.9] * 6, [0.05, 0.95] * 2)))
    assert any("label" in each.title for each in data_warnings(made([0.1] * 11 + [0.9], [0.95] * 4)))


def test_the_sentence_stands_at_the_top_of_the_report(made: Made) -> None:
    html = page(made([0.1] * 12, [0.9] * 4)).decode()
    assert html.index("Not yet fit to use, because 0 of 4 defective parts passed") < html.index('class="cards"')
