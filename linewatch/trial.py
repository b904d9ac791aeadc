"""One training and one test of the detector, and the figures that they give."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from chalicelib.vision import metrics
from chalicelib.vision.artifact import save
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.detector import Detector
from chalicelib.vision.explain import enlarged
from chalicelib.vision.fit import FitOptions, Training
from linewatch.dataset import Labelled, mask_of, read_mask


@dataclass(frozen=True)
class Judged:
    """What a detector said of n test images, normals first."""

    probabilities: NDArray[np.float64]  # (n,)
    scores: NDArray[np.float64]  # (n,)
    truths: NDArray[np.float64]  # (n,) 1 for an anomaly
    milliseconds: NDArray[np.float64]  # (n,) each, without reading and decoding
    maps: list[NDArray[np.float32]]  # (h, w) each


@dataclass(frozen=True)
class Pixels:
    """How well maps agree with masks; None without masks."""

    auroc: float | None
    best_iou: float | None  # intersection over union at the best single level of the map


@dataclass(frozen=True)
class Trial:
    """One training and one test."""

    train: Labelled
    test: Labelled
    training: Training
    fit_seconds: float
    judged: Judged


def tried(
    train: Labelled, test: Labelled, options: FitOptions, fitted: Callable[[Labelled, FitOptions], Training]
) -> Trial:
    """Train by `fitted` on the one and judge the other."""
    if not len(test.normal) + len(test.anomaly):
        raise click.ClickException("there are no test images under test/normal and test/anomaly")
    start = time.perf_counter()
    training = fitted(train, options)
    seconds = time.perf_counter() - start
    try:
        return Trial(train, test, training, seconds, judge(training.detector, test))
    except Undecodable as error:
        raise click.ClickException(str(error)) from error


def measured(trial: Trial, pixels: Pixels) -> dict[str, Any]:
    """The figures of a trial."""
    detector, judged = trial.training.detector, trial.judged
    return {
        "features": "onnx" if detector.viewer.backbone else "filters",
        "train": _counts(trial.train),
        "test": _counts(trial.test),
        "auroc": metrics.auroc(judged.scores, judged.truths),
        "average_precision": metrics.average_precision(judged.scores, judged.truths),
        **decisions(judged.probabilities > detector.threshold, judged.truths),
        "threshold": detector.threshold,
        "brier": metrics.brier(judged.probabilities, judged.truths),
        "ece": metrics.expected_calibration_error(judged.probabilities, judged.truths),
        "pixel_auroc": pixels.auroc,
        "fit_seconds": round(trial.fit_seconds, 3),
        "ms_per_image": round(float(np.median(judged.milliseconds)), 3),
        "artifact_mb": round(len(save(detector)) / 1e6, 3),
    }


def judge(detector: Detector, test: Labelled) -> Judged:
    """Inspect every test image once."""
    rows, maps = [], []
    for photos, truth in ((test.normal, 0), (test.anomaly, 1)):
        for photo in photos:
            start = time.perf_counter()
            finding = detector.inspect(photo)
            spent = 1e3 * (time.perf_counter() - start)
            rows.append((finding.anomaly_probability, finding.anomaly_score, truth, spent))
            maps.append(finding.anomaly_map)
    probabilities, scores, truths, milliseconds = np.array(rows, np.float64).T
    return Judged(probabilities, scores, truths, milliseconds, maps)


def located(trial: Trial, folder: Path) -> Pixels:
    """How well the maps show where the defects are, by the masks of test anomalies if that folder has any."""
    test = trial.test
    paths = [None] * len(test.normal) + [mask_of(path, folder) for path in test.anomaly.paths]
    if not any(paths):
        return Pixels(None, None)
    heats, marked = [], []
    for path, truth, each in zip(paths, trial.judged.truths, trial.judged.maps, strict=True):
        if path or not truth:
            mask = read_mask(path) if path else np.zeros((64, 64), bool)
            heats.append(enlarged(each, (mask.shape[0], mask.shape[1])))
            marked.append(mask)
    return Pixels(*metrics.pixel_scores(heats, marked))


def decisions(verdicts: NDArray[np.bool_], truths: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of anomalous verdicts; what would divide by nothing is 0."""
    hits = int((verdicts & (truths == 1)).sum())
    correct = int((verdicts == (truths == 1)).sum())
    precision = hits / max(1, int(verdicts.sum()))
    recall = hits / max(1, int(truths.sum()))
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    accuracy = correct / len(truths)
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1, "correct": correct}


def _counts(images: Labelled) -> dict[str, int]:
    return {"normal": len(images.normal), "anomaly": len(images.anomaly)}
