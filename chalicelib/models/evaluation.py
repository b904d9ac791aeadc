"""One training and one test of the detector, and the figures that they give."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled, read_photo, read_reduced
from chalicelib.models.left_out import left_out_lines
from chalicelib.models.masks import read_masks
from chalicelib.models.names import LABELS
from chalicelib.models.training import TrainedDetector, looked_for, train_on
from chalicelib.vision import metrics
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.detector import Detector, WrongSize
from chalicelib.vision.explain import enlarged
from chalicelib.vision.grey_bits import grey_bits_of
from chalicelib.vision.model_file import save
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import TrainOptions


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
    unfamiliar: NDArray[np.bool_]  # (n,) neither normal nor anomalous: unlike anything in training

    def stopped_at(self, threshold: float) -> NDArray[np.bool_]:
        """(n,) which images do not pass: the anomalous and the unfamiliar ones."""
        return self.unfamiliar | (self.probabilities > threshold)


@dataclass(frozen=True)
class PixelFigures:
    """How well maps agree with masks; None without masks."""

    auroc: float | None
    best_iou: float | None  # intersection over union at the best single level of the map
    worst_spots: float | None  # share of the masks that the highest cell of the map touches
    notes: list[str] = field(default_factory=list)  # on masks that are missing, or read in an unusual way


@dataclass(frozen=True)
class Evaluation:
    """One training and one test."""

    trained: TrainedDetector
    test: Labelled  # what was tested on; images that cannot be read are left out
    fit_seconds: float
    predictions: Predictions

    @property
    def left_out(self) -> dict[Path, str]:
        """What of both parts of the data set was not used, with the reason."""
        return {**self.trained.images.left_out, **self.test.left_out}


def evaluate(train: Labelled, test: Labelled, options: TrainOptions, progress: Progress = silent) -> Evaluation:
    """Train on the one and predict the other; what cannot be read is left out. Raises `NoTestImages`, `CannotTrain`."""
    _check_any_readable(test)
    start = time.perf_counter()
    trained = train_on(train, options, progress)
    seconds = time.perf_counter() - start
    tested, predictions = predict(trained.detector, test)
    return Evaluation(trained, tested, seconds, predictions)


def predict(detector: Detector, test: Labelled) -> tuple[Labelled, Predictions]:
    """Inspect every test image once; the images that this was possible for. Raises `NoTestImages` when there are none.

    An image that cannot be read, or is not of the size that a strict detector takes, is left out.
    """
    rows, maps, unfamiliar, left_out = [], [], [], {}
    for photos, truth in ((test.normal, 0), (test.anomaly, 1)):
        for path in photos.paths:
            try:
                photo, size = read_reduced(path, detector)
                start = time.perf_counter()
                prediction = detector.inspect(photo, size)
            except (Undecodable, WrongSize) as error:
                left_out[path] = str(error)
                continue
            spent = 1e3 * (time.perf_counter() - start)
            rows.append((prediction.anomaly_probability, prediction.anomaly_score, truth, spent))
            maps.append(prediction.anomaly_map)
            unfamiliar.append(prediction.unfamiliar is not None)
    tested = test.without(left_out).with_grey_bits(grey_bits_of(detector.metadata))
    if not rows:
        raise _no_test_images(tested)
    probabilities, scores, truths, milliseconds = np.array(rows, np.float64).T
    return tested, Predictions(probabilities, scores, truths, milliseconds, maps, np.array(unfamiliar))


def _check_any_readable(test: Labelled) -> None:
    """Raise `NoTestImages` before any work is done for nothing. Stops at the first image that can be decoded."""
    left_out = {}
    for path in (*test.normal.paths, *test.anomaly.paths):
        try:
            read_photo(path)
        except Undecodable as error:
            left_out[path] = str(error)
        else:
            return
    raise _no_test_images(test.without(left_out))


def _no_test_images(test: Labelled) -> NoTestImages:
    how = f": {test.how_to_split}" if test.how_to_split and not test.left_out else ""
    return NoTestImages(
        "\n".join([f"there are no test images{looked_for(test, *LABELS)}{how}", *left_out_lines(test.left_out)])
    )


def figures(evaluation: Evaluation, pixels: PixelFigures) -> dict[str, Any]:
    """The figures of an evaluation; with `left_out` and `mask_notes` when there are any.

    Neither an anomalous nor an unfamiliar image passes: an unfamiliar one is a correct decision if it is an anomaly.
    """
    detector, predictions = evaluation.trained.detector, evaluation.predictions
    stopped = predictions.stopped_at(detector.threshold)
    return {
        "features": detector.metadata["features"],
        "train": _counts(evaluation.trained.images),
        "test": _counts(evaluation.test),
        "auroc": metrics.auroc(predictions.scores, predictions.truths),
        "average_precision": metrics.average_precision(predictions.scores, predictions.truths),
        **decisions(stopped, predictions.truths),
        "unfamiliar": int(predictions.unfamiliar.sum()),
        "threshold": detector.threshold,
        "brier": metrics.brier(predictions.probabilities, predictions.truths),
        "ece": metrics.expected_calibration_error(predictions.probabilities, predictions.truths),
        "pixel_auroc": pixels.auroc,
        "worst_spots": pixels.worst_spots,
        "fit_seconds": round(evaluation.fit_seconds, 3),
        "ms_per_image": round(float(np.median(predictions.milliseconds)), 3),
        "artifact_mb": round(len(save(detector)) / 1e6, 3),
        **_not_used(evaluation, pixels),
    }


def pixel_figures(test: Labelled, maps: Sequence[NDArray[np.float32]]) -> PixelFigures:
    """How well the maps, normals first, show where the defects are, by the masks of anomalies if there are any."""
    found = read_masks(test.anomaly.paths, test.masks)
    if not found.marked:
        return PixelFigures(None, None, None, found.notes)
    blank = dict.fromkeys(test.normal.paths, np.zeros((64, 64), bool))
    heats, masks = [], []
    paths = (*test.normal.paths, *test.anomaly.paths)
    for path, each in zip(paths, maps, strict=True):
        mask = blank.get(path, found.marked.get(path))
        if mask is not None:
            heats.append(enlarged(each, (mask.shape[0], mask.shape[1])))
            masks.append(mask)
    marked = [(found.marked[path], each) for path, each in zip(paths, maps, strict=True) if path in found.marked]
    touched = [worst_spot_touches(mask, each) for mask, each in marked if mask.any()]
    spots = float(np.mean(touched)) if touched else None
    return PixelFigures(*metrics.pixel_scores(heats, masks), spots, found.notes)


def worst_spot_touches(mask: NDArray[np.bool_], anomaly_map: NDArray[np.float32]) -> bool:
    """Whether the highest cell of a map (h, w) has a pixel of a mask (H, W) of the same image."""
    cell = np.unravel_index(int(anomaly_map.argmax()), anomaly_map.shape)
    edges = [
        (int(place) * side // count, -(-(int(place) + 1) * side // count))
        for place, side, count in zip(cell, mask.shape, anomaly_map.shape, strict=True)
    ]
    (top, bottom), (left, right) = edges
    return bool(mask[top:bottom, left:right].any())


def decisions(verdicts: NDArray[np.bool_], truths: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of anomalous verdicts; a division by zero gives 0."""
    hits = int((verdicts & (truths == 1)).sum())
    correct = int((verdicts == (truths == 1)).sum())
    precision = hits / max(1, int(verdicts.sum()))
    recall = hits / max(1, int(truths.sum()))
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    accuracy = correct / len(truths)
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1, "correct": correct}


def _not_used(evaluation: Evaluation, pixels: PixelFigures) -> dict[str, Any]:
    left_out = {str(path): reason for path, reason in evaluation.left_out.items()}
    named = {"left_out": left_out, "mask_notes": pixels.notes}
    return {name: values for name, values in named.items() if values}


def _counts(images: Labelled) -> dict[str, int]:
    return {"normal": len(images.normal), "anomaly": len(images.anomaly)}
