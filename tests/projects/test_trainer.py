"""The detector's own training as the worker runs it, on small real images."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chalicelib.models.lite0 import FILE, WeightsMissing, deployed_lite0
from chalicelib.projects.errors import ImageUnavailable, TrainingFailed
from chalicelib.projects.evaluation_files import evaluation_manifest, evaluation_result
from chalicelib.projects.examples import Example, Examples, Trained
from chalicelib.projects.manifest import parse
from chalicelib.projects.trainer import DetectorTrainer
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions, train
from linewatch.backbone.lite0 import lite0
from tests.pipeline.photographs import photograph
from tests.projects.workshop import a_line

pytestmark = pytest.mark.training

PLAIN = DetectorTrainer(lite0)


def examples(folder: Path, normal: int, anomaly: int, first: int = 0) -> Examples:
    """Drawn images in files."""
    used = []
    for number in range(normal + anomaly):
        label = "normal" if number < normal else "anomaly"
        path = folder / label / f"{first + number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photograph(first + number, damaged=label == "anomaly")).save(path)
        [entry], _ = parse([a_line(f"s3://b/{path.name}", label).encode()], None)
        used.append(Example(entry, path))
    return Examples(used)


def trained(
    train: Examples, test: Examples | None = None, trainer: DetectorTrainer = PLAIN
) -> tuple[Trained, list[float]]:
    progress: list[float] = []
    return trainer.train("plates", train, test, progress.append), progress


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    return examples(tmp_path_factory.mktemp("train"), 12, 6)


@pytest.fixture(scope="module")
def by_leaving_out(learned: Examples) -> tuple[Trained, list[float]]:
    return trained(Examples(learned.used[::-1]))


def test_without_test_images_each_training_image_is_left_out(
    learned: Examples, by_leaving_out: tuple[Trained, list[float]]
) -> None:
    found, progress = by_leaving_out
    assert set(found.verdicts) == {each.entry.source for each in learned.used}
    assert found.roc_auc > 0.9
    anomalous = {source for source, verdict in found.verdicts.items() if verdict.anomalous}
    right = {each.entry.source for each in learned.used if each.entry.label == "anomaly"} & anomalous
    assert found.precision == pytest.approx(len(right) / len(anomalous))
    assert found.recall == pytest.approx(len(right) / 6)
    assert all(0 <= verdict.confidence <= 1 for verdict in found.verdicts.values())
    assert progress == sorted(progress)
    assert 0.8 < progress[-1] <= 1
    assert found.report.startswith(b"<!")
    assert load(found.model).metadata["features"] == "lite0"


def test_with_test_images_the_finished_detector_is_measured_on_them(learned: Examples, tmp_path: Path) -> None:
    test = examples(tmp_path, 3, 3, first=100)
    found, _ = trained(learned, test)
    assert set(found.verdicts) == {each.entry.source for each in test.used}
    lines = evaluation_manifest(test.used, found).splitlines()
    assert len(lines) == 6
    assert {json.loads(line)["check-detected-metadata"]["class-name"] for line in lines} == {"normal", "anomaly"}


def test_images_of_mixed_sizes_are_trained_on_and_named(tmp_path: Path) -> None:
    mixed = examples(tmp_path, 20, 10)
    for each in mixed.used[:2]:
        with Image.open(each.path) as image:
            image.resize((96, 80)).save(each.path)
    found, _ = trained(mixed)
    assert found.warnings[0].startswith("2 images differ from the commonest size and are stretched to one: ")
    assert "0.png" in found.warnings[0]
    assert len(found.verdicts) == 30


def test_with_masks_it_is_measured_how_well_the_defects_are_shown(
    learned: Examples, by_leaving_out: tuple[Trained, list[float]], tmp_path: Path
) -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[24:29, 24:29] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    test = examples(tmp_path / "test", 3, 3, first=100)
    masked = [
        replace(each, mask=tmp_path / "mask.png" if each.entry.label == "anomaly" else None) for each in test.used
    ]
    found, _ = trained(learned, Examples(masked))
    assert found.pixel_roc_auc is not None
    assert found.pixel_roc_auc > 0.9
    assert by_leaving_out[0].pixel_roc_auc is None
    result = json.loads(evaluation_result("arn", found, 18, 6, datetime(2026, 3, 14, tzinfo=UTC)))
    assert result["AggregatedEvaluationResults"]["Metrics"]["PixelROCAUC"] == found.pixel_roc_auc


def test_an_image_says_its_size_or_why_it_cannot_be_used(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((100, 200, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no image")
    assert PLAIN.megapixels(tmp_path / "a.png") == 0.02
    with pytest.raises(ImageUnavailable):
        PLAIN.megapixels(tmp_path / "b.png")


def test_without_the_network_nothing_else_is_trained(learned: Examples) -> None:
    with pytest.raises(TrainingFailed, match=r"this deployment has no lite0\.onnx: deploy Linewatch again"):
        trained(learned, trainer=DetectorTrainer(lambda: deployed_lite0([])))


def test_the_network_of_a_deployment_is_that_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(lite0().graph)
    assert deployed_lite0(["/nowhere", str(tmp_path)]) == lite0()
    with pytest.raises(WeightsMissing):
        deployed_lite0(["/nowhere"])


def test_the_model_is_that_of_the_command_line_whatever_the_order_of_the_entries(
    learned: Examples, by_leaving_out: tuple[Trained, list[float]]
) -> None:
    in_order = sorted(learned.used, key=lambda each: each.entry.source)
    normal, anomaly = (
        [np.asarray(Image.open(BytesIO(each.path.read_bytes()))) for each in in_order if each.entry.label == label]
        for label in ("normal", "anomaly")
    )
    assert by_leaving_out[0].model == save(train(normal, anomaly, TrainOptions(backbone=lite0())).detector)
