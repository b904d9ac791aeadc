"""What a trained detector promises, on small drawn parts and on images that nobody would expect."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.vision import metrics
from chalicelib.vision.arrays import Photo
from chalicelib.vision.explain import AT_LEVEL, explain, overlay, small_map
from chalicelib.vision.threshold import expected, for_escape_rate, for_false_reject_rate, moved_to
from chalicelib.vision.training.train import Training
from tests.vision.drawn import SIDE, anomalies, normals, part


def scores(training: Training, photos: list[Photo]) -> list[float]:
    """The anomaly score of each photo."""
    return [training.detector.inspect(photo).anomaly_score for photo in photos]


@pytest.mark.parametrize("regime", ["from_normals", "from_both"])
def test_unseen_parts_are_separated(regime: str, request: pytest.FixtureRequest) -> None:
    training = request.getfixturevalue(regime)
    good, bad = scores(training, normals(15, 100)), scores(training, anomalies(10, 700))
    ranking = metrics.auroc(good + bad, [0] * 15 + [1] * 10)
    assert ranking is not None
    assert ranking >= 0.97


def test_few_training_normals_are_rejected_when_judged_without_themselves(from_normals: Training) -> None:
    rejected = (from_normals.left_out > from_normals.detector.threshold).mean()
    assert rejected <= 0.15


def test_most_unseen_normals_pass_and_most_defects_do_not(from_both: Training) -> None:
    good = [from_both.detector.inspect(photo).anomalous for photo in normals(15, 100)]
    bad = [from_both.detector.inspect(photo).anomalous for photo in anomalies(10, 700)]
    assert sum(good) <= 2
    assert sum(bad) >= 9


@settings(max_examples=8)
@given(seed=st.integers(1000, 9999))
def test_a_growing_spot_never_looks_more_normal(from_normals: Training, seed: int) -> None:
    sizes = (0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
    grown = [from_normals.detector.inspect(part(seed, spot=size)).anomaly_score for size in sizes]
    assert grown[0] < grown[1] - 1
    assert min(np.diff(grown)) > -0.25  # where the score is far beyond any normal, it levels out


@settings(max_examples=8)
@given(seed=st.integers(1000, 9999), brightness=st.floats(0.93, 1.07))
def test_light_within_the_jitter_does_not_flip_a_clear_verdict(
    from_both: Training, seed: int, brightness: float
) -> None:
    assert not from_both.detector.inspect(part(seed, brightness=brightness)).anomalous
    assert from_both.detector.inspect(part(seed, spot=7, brightness=brightness)).anomalous


def test_a_moved_part_is_met_where_it_is(from_normals: Training) -> None:
    moved = np.roll(part(42), (7, -8), axis=(0, 1))
    unaligned = replace(from_normals.detector, extractor=replace(from_normals.detector.extractor, alignment=None))
    assert from_normals.detector.inspect(moved).anomaly_score < unaligned.inspect(moved).anomaly_score - 1


def test_the_map_and_the_box_show_the_defect(from_normals: Training) -> None:
    photo = part(43, spot=7)
    prediction = from_normals.detector.inspect(photo)
    shown = explain(prediction.anomaly_map, from_normals.detector.mask_level, photo.shape[:2])
    assert shown.worst_box is not None
    left, top, right, bottom = shown.worst_box
    assert left <= 90 <= right
    assert top <= 64 <= bottom
    assert 0 < shown.area_fraction < 0.5
    with Image.open(BytesIO(overlay(photo, prediction.anomaly_map, from_normals.detector.mask_level))) as picture:
        assert (picture.format, picture.size) == ("PNG", (SIDE, SIDE))


def test_most_normals_have_no_box_and_the_small_map_of_most_is_empty(from_normals: Training) -> None:
    detector = from_normals.detector
    maps = [detector.inspect(photo).anomaly_map for photo in normals(12, 300)]
    assert sum(bool(explain(each, detector.mask_level, (SIDE, SIDE)).boxes) for each in maps) <= 4
    assert np.median([small_map(each, detector.mask_level, 32).max() for each in maps]) <= AT_LEVEL


def test_probabilities_are_from_0_to_1_and_decide_at_the_threshold(from_both: Training) -> None:
    for photo in (*normals(3, 200), *anomalies(3, 800)):
        prediction = from_both.detector.inspect(photo)
        assert 0 <= prediction.anomaly_probability <= 1
        assert prediction.anomalous == (prediction.anomaly_probability > from_both.detector.threshold)
        assert moved_to(from_both.detector, 1.0).inspect(photo).anomalous is False


def test_a_threshold_moved_to_a_rate_keeps_that_rate_on_the_training_images(from_both: Training) -> None:
    detector = from_both.detector
    for rate in (0.3, 0.5, 1.0):
        assert expected(moved_to(detector, for_escape_rate(detector, rate))).escape_bound <= rate
    for rate in (0.0, 0.1, 0.5):
        assert expected(moved_to(detector, for_false_reject_rate(detector, rate))).false_rejects <= rate * 20
    with pytest.raises(ValueError, match="probability from 0 to 1"):
        moved_to(detector, 1.5)


def test_escapes_are_unknown_without_anomalies(from_normals: Training) -> None:
    with pytest.raises(ValueError, match="without anomalies"):
        for_escape_rate(from_normals.detector, 0.1)


@pytest.mark.parametrize("shape", [(16, 16), (17, 900), (400, 33), (1200, 1600)])
def test_any_size_is_inspected(from_both: Training, shape: tuple[int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    prediction = from_both.detector.inspect(photo)
    assert np.isfinite(prediction.anomaly_score)
    for left, top, right, bottom in explain(prediction.anomaly_map, 1.0, shape).boxes:
        assert 0 <= left < right <= shape[1]
        assert 0 <= top < bottom <= shape[0]


def test_what_is_surely_no_normal_is_anomalous_whatever_the_anomalies_taught(from_both: Training) -> None:
    detector, odd = from_both.detector, 255 - part(60)
    assert detector.supervised
    blind = replace(detector.supervised, stacking=replace(detector.supervised.stacking, bias=-100.0))
    assert replace(detector, supervised=blind).inspect(odd).anomalous
    assert not replace(detector, supervised=blind).inspect(part(60)).anomalous
