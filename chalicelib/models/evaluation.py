"""One training and one test of the detector, and the figures that they give."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled, mask_of, read_mask
from chalicelib.models.training import train_on
from chalicelib.vision import metrics
from chalicelib.vision.detector import Detector
from chalicelib.vision.explain import enlarged
from chalicelib.vision.model_file import save
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import Training, TrainOptions


class NoTestImages(LinewatchError):
    """There is nothing to test on."""


@dataclass(frozen=True)
class Predictions:
    """What a detector predicts for n test images, normals first."""

    probabilities: NDArray[np.float64]  # (n,)
    scores: NDArray[np.float64]  # (n,)
    truths: NDArray[np.float64]  # (n,) 1 for an anomaly
    milliseconds: NDArray[np.float64]  # (n,) each, without reading and decoding
    maps: list[NDArray[np.float32]]  # (h, w) each


@dataclass(frozen=True)
class PixelFigures:
    """How well maps agree with masks; None without masks."""

    auroc: float | None
    best_iou: float | None  # intersection over union at the best single level of the map


@dataclass(frozen=True)
class Evaluation:
    """One training and one test."""

    train: Labelled
    test: Labelled
    training: Training
    fit_seconds: float
    predictions: Predictions


def evaluate(train: Labelled, test: Labelled, options: TrainOptions, progress: Progress = silent) -> Evaluation:
    """Train on the one and predict the other. Raises `NoTestImages`, `CannotTrain` and `Undecodable` (a test image)."""
    if not len(test.normal) + len(test.anomaly):
        raise NoTestImages("there are no test images under test/normal and test/anomaly")
    start = time.perf_counter()
    training = train_on(train, options, progress)
    seconds = time.perf_counter() - start
    return Evaluation(train, test, training, seconds, predict(training.detector, test))


def predict(detector: Detector, test: Labelled) -> Predictions:
    """Inspect every test image once."""
    rows, maps = [], []
    for photos, truth in ((test.normal, 0), (test.anomaly, 1)):
        for photo in photos:
            start = time.perf_counter()
            prediction = detector.inspect(photo)
            spent = 1e3 * (time.perf_counter() - start)
            rows.append((prediction.anomaly_probability, prediction.anomaly_score, truth, spent))
            maps.append(prediction.anomaly_map)
    probabilities, scores, truths, milliseconds = np.array(rows, np.float64).T
    return Predictions(probabilities, scores, truths, milliseconds, maps)


def figures(evaluation: Evaluation, pixels: PixelFigures) -> dict[str, Any]:
    """The figures of an evaluation."""
    detector, predictions = evaluation.training.detector, evaluation.predictions
    return {
        "features": "onnx" if detector.extractor.backbone else "filters",
        "train": _counts(evaluation.train),
        "test": _counts(evaluation.test),
        "auroc": metrics.auroc(predictions.scores, predictions.truths),
        "average_precision": metrics.average_precision(predictions.scores, predictions.truths),
        **decisions(predictions.probabilities > detector.threshold, predictions.truths),
        "threshold": detector.threshold,
        "brier": metrics.brier(predictions.probabilities, predictions.truths),
        "ece": metrics.expected_calibration_error(predictions.probabilities, predictions.truths),
        "pixel_auroc": pixels.auroc,
        "fit_seconds": round(evaluation.fit_seconds, 3),
        "ms_per_image": round(float(np.median(predictions.milliseconds)), 3),
        "artifact_mb": round(len(save(detector)) / 1e6, 3),
    }


def pixel_figures(evaluation: Evaluation, folder: Path) -> PixelFigures:
    """How well the maps show where the defects are, by the masks of test anomalies if that folder has any."""
    test = evaluation.test
    paths = [None] * len(test.normal) + [mask_of(path, folder) for path in test.anomaly.paths]
    if not any(paths):
        return PixelFigures(None, None)
    heats, masks = [], []
    for path, truth, each in zip(paths, evaluation.predictions.truths, evaluation.predictions.maps, strict=True):
        if path or not truth:
            mask = read_mask(path) if path else np.zeros((64, 64), bool)
            heats.append(enlarged(each, (mask.shape[0], mask.shape[1])))
            masks.append(mask)
    return PixelFigures(*metrics.pixel_scores(heats, masks))


def decisions(verdicts: NDArray[np.bool_], truths: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of anomalous verdicts; a division by zero gives 0."""
    hits = int((verdicts & (truths == 1)).sum())
    correct = int((verdicts == (truths == 1)).sum())
    precision = hits / max(1, int(verdicts.sum()))
    recall = hits / max(1, int(truths.sum()))
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    accuracy = correct / len(truths)
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1, "correct": correct}


def _counts(images: Labelled) -> dict[str, int]:
    return {"normal": len(images.normal), "anomaly": len(images.anomaly)}
