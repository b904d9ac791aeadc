"""What training promises, on small drawn parts and on images that nobody would expect."""

import numpy as np
import pytest

from chalicelib.vision.detector import WrongSize
from chalicelib.vision.features.resizing import WrongSizes
from chalicelib.vision.training.train import NotEnoughImages, Training, TrainOptions, train
from tests.vision.conftest import OPTIONS
from tests.vision.drawn import anomalies, normals, part

pytestmark = pytest.mark.training


def test_the_same_images_and_seed_train_the_same_detector(from_both: Training) -> None:
    again = train(normals(20), anomalies(10), OPTIONS)
    photo = part(77, scratch=True)
    assert again.detector.inspect(photo).anomaly_score == from_both.detector.inspect(photo).anomaly_score
    np.testing.assert_array_equal(again.left_out, from_both.left_out)


def test_too_few_normals_are_refused_with_their_number() -> None:
    with pytest.raises(NotEnoughImages, match="at least 10 normal images, but there are 9"):
        train(normals(9), anomalies(5), OPTIONS)
    with pytest.raises(NotEnoughImages, match="there are 0"):
        train([], anomalies(5), OPTIONS)


def test_fewer_than_three_anomalies_are_not_learned_from() -> None:
    assert train(normals(10), anomalies(2), OPTIONS).detector.supervised is None


def test_twins_are_found_and_left_out_together() -> None:
    photos = normals(12)
    photos[7] = photos[3]
    groups = train(photos, [], OPTIONS).groups
    assert groups[7] == groups[3]
    assert len(set(groups.tolist())) == 11


def test_identical_images_train_a_detector_that_answers_finite_numbers() -> None:
    same = [part(1)] * 12
    detector = train(same, [], OPTIONS).detector
    for photo in (part(1), part(2, spot=9), np.zeros((50, 50, 3), np.uint8)):
        prediction = detector.inspect(photo)
        assert np.isfinite([prediction.anomaly_probability, prediction.anomaly_score]).all()
        assert np.isfinite(prediction.anomaly_map).all()


def test_blank_images_train_a_detector_that_finds_a_spot() -> None:
    blank = [np.full((64, 64, 3), 128, np.uint8)] * 10
    spotted = blank[0].copy()
    spotted[20:40, 20:40] = 0
    detector = train(blank, [], OPTIONS).detector
    assert detector.inspect(spotted).anomaly_score > detector.inspect(blank[0]).anomaly_score


def test_mixed_sizes_are_counted_and_refused_when_sizes_are_strict() -> None:
    photos = normals(12)
    photos[4] = photos[4][:100]
    assert train(photos, [], OPTIONS).other_sizes == (4,)
    with pytest.raises(WrongSizes, match="1 images are not 128 x 128 px") as refused:
        train(photos, [], TrainOptions(size=128, strict_size=True))
    assert refused.value.images == (4,)
    strict = train(normals(12), [], TrainOptions(size=128, strict_size=True)).detector
    with pytest.raises(WrongSize, match=r"100 x 128 px.*takes 128 x 128"):
        strict.inspect(photos[0][:, :100])


def test_colour_noise_is_no_anomaly_to_a_detector_trained_on_grey() -> None:
    grey = [np.repeat(photo[..., :1], 3, axis=2) for photo in normals(14)]
    detector = train(grey, [], OPTIONS).detector
    noise = np.random.default_rng(0).normal(0, 1.5, grey[0].shape)
    noisy = np.clip(grey[0] + noise, 0, 255).astype(np.uint8)
    assert detector.inspect(noisy).anomaly_score < detector.inspect(part(3, spot=6)).anomaly_score - 2
    assert (detector.inspect(noisy).anomaly_map < 8).all()


def test_one_kind_of_normals_among_many_anomalies_trains_all_the_same() -> None:
    same = train([part(1)] * 10, anomalies(40), TrainOptions(size=64))
    assert np.isfinite(same.left_out).all()
