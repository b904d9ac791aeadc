"""At the threshold itself an image is normal, for the detector and for the expected counts alike."""

from dataclasses import replace

import numpy as np

from chalicelib.vision.threshold import expected, moved_to
from chalicelib.vision.training.train import Training
from tests.vision.drawn import part


def test_an_image_at_the_threshold_is_normal_and_one_above_it_anomalous(from_normals: Training) -> None:
    photo = part(7)
    chance = from_normals.detector.inspect(photo).anomaly_probability
    assert not moved_to(from_normals.detector, chance).inspect(photo).anomalous
    assert moved_to(from_normals.detector, float(np.nextafter(chance, 0))).inspect(photo).anomalous


def test_training_images_at_the_threshold_are_expected_to_be_called_normal(from_normals: Training) -> None:
    detector = replace(
        from_normals.detector,
        left_out_normal=np.array([0.25, 0.5, 0.75]),
        left_out_anomaly=np.array([0.25, 0.5, 0.75, 1.0]),
    )
    counts = expected(detector, 0.5)
    assert (counts.false_rejects, counts.escapes) == (1, 2)
