"""What a trained detector promises, on small drawn parts and on images that nobody would expect."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.vision import metrics
from chalicelib.vision.arrays import Photo
from chalicelib.vision.detector import WrongSize
from chalicelib.vision.explain import explain, overlay
from chalicelib.vision.fit import FitOptions, NotEnoughImages, Training, WrongSizes, fit
from chalicelib.vision.intake import working_size
from chalicelib.vision.jitter import mirrored, mirrorings
from chalicelib.vision.rows import MOST_ROWS, familiar_rows, rows_of
from chalicelib.vision.stack import fit_stack, trust
from chalicelib.vision.threshold import expected, for_escape_rate, for_false_reject_rate, moved_to
from tests.vision.conftest import OPTIONS
from tests.vision.drawn import SIDE, anomalies, normals, part


def scores(training: Training, photos: list[Photo]) -> list[float]:
    """The anomaly score of each photo."""
    return [training.detector.inspect(photo).anomaly_score for photo in photos]


@pytest.mark.parametrize("regime", ["from_normals", "from_both"])
def test_unseen_parts_are_told_apart(regime: str, request: pytest.FixtureRequest) -> None:
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


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(1000, 9999))
def test_a_growing_spot_never_looks_more_normal(from_normals: Training, seed: int) -> None:
    sizes = (0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
    grown = [from_normals.detector.inspect(part(seed, spot=size)).anomaly_score for size in sizes]
    assert grown[0] < grown[1] - 1
    assert min(np.diff(grown)) > -0.25  # where the score is far beyond any normal, it levels out


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(1000, 9999), brightness=st.floats(0.93, 1.07))
def test_light_within_the_jitter_does_not_flip_a_clear_verdict(
    from_both: Training, seed: int, brightness: float
) -> None:
    assert not from_both.detector.inspect(part(seed, brightness=brightness)).anomalous
    assert from_both.detector.inspect(part(seed, spot=7, brightness=brightness)).anomalous


def test_the_same_images_and_seed_train_the_same_detector(from_both: Training) -> None:
    again = fit(normals(20), anomalies(10), OPTIONS)
    photo = part(77, scratch=True)
    assert again.detector.inspect(photo).anomaly_score == from_both.detector.inspect(photo).anomaly_score
    np.testing.assert_array_equal(again.left_out, from_both.left_out)


def test_a_moved_part_is_met_where_it_is(from_normals: Training) -> None:
    moved = np.roll(part(42), (7, -8), axis=(0, 1))
    unaligned = replace(from_normals.detector, viewer=replace(from_normals.detector.viewer, alignment=None))
    assert from_normals.detector.inspect(moved).anomaly_score < unaligned.inspect(moved).anomaly_score - 1


def test_the_map_and_the_box_show_the_defect(from_normals: Training) -> None:
    photo = part(43, spot=7)
    finding = from_normals.detector.inspect(photo)
    shown = explain(finding.anomaly_map, from_normals.detector.mask_level, photo.shape[:2])
    left, top, right, bottom = shown.worst_box
    assert left <= 90 <= right
    assert top <= 64 <= bottom
    assert shown.heat.shape == shown.mask.shape == (SIDE, SIDE)
    assert 0 < shown.area_fraction < 0.5
    assert overlay(photo, shown, from_normals.detector.mask_level).startswith(b"\x89PNG")


def test_probabilities_are_from_0_to_1_and_decide_at_the_threshold(from_both: Training) -> None:
    for photo in (*normals(3, 200), *anomalies(3, 800)):
        finding = from_both.detector.inspect(photo)
        assert 0 <= finding.anomaly_probability <= 1
        assert finding.anomalous == (finding.anomaly_probability > from_both.detector.threshold)
        assert moved_to(from_both.detector, 1.0).inspect(photo).anomalous is False


def test_a_threshold_moved_to_a_rate_keeps_that_rate_on_the_training_images(from_both: Training) -> None:
    detector = from_both.detector
    for rate in (0.0, 0.1, 0.5):
        assert expected(moved_to(detector, for_escape_rate(detector, rate))).escapes <= rate * 10
        assert expected(moved_to(detector, for_false_reject_rate(detector, rate))).false_rejects <= rate * 20
    with pytest.raises(ValueError, match="probability from 0 to 1"):
        moved_to(detector, 1.5)


def test_a_score_that_ranks_nothing_gets_no_say_from_few_anomalies() -> None:
    rng = np.random.default_rng(0)
    anomalous = np.arange(40) >= 36
    scores = rng.normal(size=(40, 4)) + 4 * anomalous[:, None]
    scores[:, 0] = rng.normal(size=40) - anomalous
    np.testing.assert_array_equal(trust(scores, anomalous), [0, 1, 1, 1])
    stack = fit_stack(scores, anomalous)
    assert stack.weights[0] == 0
    assert (stack.weights[1:] > 0.5).all()


def test_escapes_are_unknown_without_anomalies(from_normals: Training) -> None:
    with pytest.raises(ValueError, match="without anomalies"):
        for_escape_rate(from_normals.detector, 0.1)


def test_too_few_normals_are_refused_with_their_number() -> None:
    with pytest.raises(NotEnoughImages, match="at least 10 normal images, but there are 9"):
        fit(normals(9), anomalies(5), OPTIONS)
    with pytest.raises(NotEnoughImages, match="there are 0"):
        fit([], anomalies(5), OPTIONS)


def test_fewer_than_three_anomalies_are_not_learned_from() -> None:
    assert fit(normals(10), anomalies(2), OPTIONS).detector.supervised is None


def test_twins_are_found_and_left_out_together() -> None:
    photos = normals(12)
    photos[7] = photos[3]
    groups = fit(photos, [], OPTIONS).groups
    assert groups[7] == groups[3]
    assert len(set(groups.tolist())) == 11


def test_identical_images_train_a_detector_that_answers_finite_numbers() -> None:
    same = [part(1)] * 12
    detector = fit(same, [], OPTIONS).detector
    for photo in (part(1), part(2, spot=9), np.zeros((50, 50, 3), np.uint8)):
        finding = detector.inspect(photo)
        assert np.isfinite([finding.anomaly_probability, finding.anomaly_score]).all()
        assert np.isfinite(finding.anomaly_map).all()


def test_blank_images_train_a_detector_that_notices_a_spot() -> None:
    blank = [np.full((64, 64, 3), 128, np.uint8)] * 10
    spotted = blank[0].copy()
    spotted[20:40, 20:40] = 0
    detector = fit(blank, [], OPTIONS).detector
    assert detector.inspect(spotted).anomaly_score > detector.inspect(blank[0]).anomaly_score


@pytest.mark.parametrize("shape", [(16, 16), (17, 900), (400, 33), (1200, 1600)])
def test_any_size_is_inspected(from_both: Training, shape: tuple[int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    finding = from_both.detector.inspect(photo)
    assert np.isfinite(finding.anomaly_score)
    assert explain(finding.anomaly_map, 1.0, shape).heat.shape == shape


def test_mixed_sizes_are_counted_and_refused_when_sizes_are_strict() -> None:
    photos = normals(12)
    photos[4] = photos[4][:100]
    assert fit(photos, [], OPTIONS).other_sizes == (4,)
    with pytest.raises(WrongSizes, match="1 images are not 128 x 128 px") as refused:
        fit(photos, [], FitOptions(size=128, strict_size=True))
    assert refused.value.images == (4,)
    strict = fit(normals(12), [], FitOptions(size=128, strict_size=True)).detector
    with pytest.raises(WrongSize, match=r"100 x 128 px.*takes 128 x 128"):
        strict.inspect(photos[0][:, :100])


@given(st.lists(st.tuples(st.integers(16, 8192), st.integers(16, 8192)), min_size=1, max_size=5))
def test_the_working_size_has_sides_in_whole_cells_and_about_the_wanted_area(shapes: list[tuple[int, int]]) -> None:
    height, width = working_size(shapes, 256)
    assert height % 32 == width % 32 == 0
    assert 256 * 256 / 2 <= height * width <= 256 * 256 * 2


def test_colour_noise_is_no_anomaly_to_a_detector_trained_on_grey() -> None:
    grey = [np.repeat(photo[..., :1], 3, axis=2) for photo in normals(14)]
    detector = fit(grey, [], OPTIONS).detector
    noise = np.random.default_rng(0).normal(0, 1.5, grey[0].shape)
    noisy = np.clip(grey[0] + noise, 0, 255).astype(np.uint8)
    assert detector.inspect(noisy).anomaly_score < detector.inspect(part(3, spot=6)).anomaly_score - 2
    assert (detector.inspect(noisy).anomaly_map < 8).all()


@pytest.mark.parametrize("ways", [3, 7])
def test_very_many_images_make_no_more_rows_than_there_is_room_for(ways: int) -> None:
    for images in (13, 150, 300, 500, 900, 1600):
        rows = rows_of(images - 3, 3, ways)
        assert len(rows.image) == min((2 + ways) * images + images - 3, MOST_ROWS)
        assert len(rows_of(images, 0, ways).image) <= max(600, 3 * images)
        assert rows.original.sum() == images
        assert rows.normals == int((rows.image < images - 3).sum())
        assert not rows.anomalous[: rows.normals].any()
        kinds = zip(rows.image.tolist(), rows.change.tolist(), rows.way.tolist(), strict=True)
        assert len({*kinds}) == len(rows.image)


@pytest.mark.parametrize("normals_given", [20, 200, 300, 800])
def test_what_is_familiar_is_told_by_copies_of_every_kind_and_never_by_a_part_of_a_group(normals_given: int) -> None:
    rows = rows_of(normals_given, 0 if normals_given == 800 else 40, 3)
    groups = np.arange(rows.image.max() + 1)
    groups[1] = 0
    chosen = familiar_rows(rows, groups)
    assert len(chosen) <= 600
    assert not rows.anomalous[chosen].any()
    images = set(rows.image[chosen].tolist())
    smooth = np.flatnonzero(rows.smooth & np.isin(groups[rows.image], groups[list(images)]) & ~rows.anomalous)
    assert set(smooth.tolist()) <= set(chosen.tolist())
    if normals_given < 800:
        assert set(rows.change[chosen].tolist()) >= {0, 1, 2}


def test_one_kind_of_normals_among_many_anomalies_trains_all_the_same() -> None:
    same = fit([part(1)] * 10, anomalies(40), OPTIONS)
    assert np.isfinite(same.left_out).all()


def test_an_image_is_mirrored_in_every_way_once() -> None:
    photo = normals(1)[0]
    ways = [mirrored(photo, way) for way in range(1, mirrorings(photo) + 1)]
    assert len({photo.tobytes(), *(way.tobytes() for way in ways)}) == 8
    np.testing.assert_array_equal(mirrored(photo[:64], 3), photo[:64][::-1, ::-1])
    assert mirrorings(photo[:64]) == 3
