"""The floors that must not be lost, on real images. Set DATA to a folder of sets with train/ and test/."""

import os
from pathlib import Path

import pytest

from chalicelib.models.backbones import cut
from chalicelib.models.dataset import sampled
from chalicelib.models.evaluation import evaluate, figures, pixel_figures
from chalicelib.models.layouts import image_set
from chalicelib.vision.features.backbone import BackboneOptions
from chalicelib.vision.training.train import TrainOptions

pytestmark = pytest.mark.skipif("DATA" not in os.environ, reason="DATA names no folder of real sets")

FLOORS = [  # set, normals, anomalies, backbone, least AUROC, least correct
    ("cookies", 31, 32, None, 0.98, 21),
    ("aliens", 34, 0, None, 0.95, 0),
    ("aliens", 20, 10, None, 0.95, 41),
    ("casting", 200, 200, None, 0.995, 194),
    ("casting", 20, 10, None, 0.91, 0),
    ("magnetic_tile", 200, 100, None, 0.86, 0),
    ("pcb", 100, 100, None, 0.775, 0),
    ("magnetic_tile", 200, 100, "mobilenet_v1_first11", 0.96, 0),
    ("pcb", 100, 100, "mobilenet_v1_first11", 0.90, 0),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "normal", "anomaly", "backbone", "auroc", "correct"), FLOORS)
def test_a_real_set_stays_above_its_floor(
    name: str, normal: int, anomaly: int, backbone: str | None, auroc: float, correct: int
) -> None:
    data = Path(os.environ["DATA"])
    if not (data / name).is_dir():
        pytest.skip(f"DATA has no set {name}")
    images = image_set(data / name)
    train = sampled(images.train, normal, anomaly, 0)
    network = BackboneOptions(cut(data / "backbones" / f"{backbone}.onnx", None)) if backbone else None
    evaluation = evaluate(train, images.test, TrainOptions(backbone=network))
    measured = figures(evaluation, pixel_figures(evaluation.test, evaluation.predictions.maps))
    assert measured["auroc"] >= auroc
    assert measured["correct"] >= correct
