"""The detector's training and evaluation, on copies of the images."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chalicelib.core.inspection import confidence_of
from chalicelib.models.dataset import Labelled, Photos, read_photo
from chalicelib.models.evaluation import NoTestImages, decisions, pixel_figures, predict
from chalicelib.models.lite0 import WeightsMissing
from chalicelib.models.mask_files import MaskFiles
from chalicelib.models.training import CannotTrain, TrainedDetector, train_on, training_warnings
from chalicelib.projects import examples
from chalicelib.projects.errors import ImageUnavailable, TrainingFailed
from chalicelib.projects.examples import Examples, Trained, Verdict
from chalicelib.projects.remarks import Doubt, Remarks
from chalicelib.reports.training.data_warnings import doubted_labels
from chalicelib.reports.training.evidence import (
    Evidence,
    labelled_predictions,
    left_out_evidence,
    test_evidence,
)
from chalicelib.reports.training.page import page
from chalicelib.vision import metrics
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.detector import Detector
from chalicelib.vision.features.backbone import BackboneOptions
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions

STEPS = {"reading images": 0.05, "alignment": 0.1, "features": 0.6, "cells": 0.85, "distances": 0.9}
"""The share of a training that is done when each of its steps is."""


class DetectorTrainer:
    """Trains with the options that `linewatch train` has by itself."""

    def __init__(self, backbone: Callable[[], BackboneOptions]) -> None:
        self._backbone = backbone

    def megapixels(self, path: Path) -> float:
        """The size of an image, which is decoded for that."""
        try:
            height, width, _ = read_photo(path).shape
        except Undecodable as error:
            raise ImageUnavailable(str(error)) from error
        return float(height * width) / 1e6

    def train(self, name: str, train: Examples, test: Examples | None, progress: examples.Progress) -> Trained:
        """Train, then inspect each test image once; without any, training has left each image out."""
        sources = {each.path: each.entry.source for some in (train, test) if some for each in some.used}
        try:
            trained = train_on(_labelled(train), TrainOptions(backbone=self._backbone()), _Steps(progress))
            measured = _left_out(name, trained) if test is None else _tested(name, trained, _labelled(test))
        except (CannotTrain, NoTestImages, WeightsMissing) as error:
            raise TrainingFailed(str(error)) from error
        return replace(measured.trained(save(trained.detector), sources), warnings=training_warnings(trained))


class _Steps:
    """The progress of a training from that of its steps."""

    def __init__(self, progress: examples.Progress) -> None:
        self._progress = progress

    def __call__[T](self, items: Iterable[T], step: str, total: int) -> Iterator[T]:
        start, end = max((share for share in STEPS.values() if share < STEPS.get(step, 0)), default=0), STEPS.get(step)
        for done, item in enumerate(items, 1):
            yield item
            self._progress(0.1 if end is None else start + (end - start) * min(1.0, done / total))


@dataclass(frozen=True)
class _Measured:
    """What a detector says of n images that it has not learned from, and what a report shows of it."""

    paths: Sequence[Path]
    truths: NDArray[np.bool_]  # (n,)
    probabilities: NDArray[np.float64]  # (n,)
    ranked_by: NDArray[np.float64]  # (n,) probabilities or scores
    stopped: NDArray[np.bool_]  # (n,)
    unfamiliar: NDArray[np.bool_]  # (n,)
    pixel_roc_auc: float | None
    evidence: Evidence

    def trained(self, model: bytes, sources: Mapping[Path, str]) -> Trained:
        """The figures and the files. An unfamiliar image is surely no image of a good part."""
        figures = decisions(self.stopped, self.truths.astype(np.float64))
        confidences = np.where(self.unfamiliar, 1.0, [confidence_of(float(each)) for each in self.probabilities])
        verdicts = zip(self.paths, self.stopped.tolist(), confidences.tolist(), strict=True)
        return Trained(
            model=model,
            report=page(self.evidence),
            verdicts={sources[path]: Verdict(anomalous, confidence) for path, anomalous, confidence in verdicts},
            roc_auc=metrics.auroc(self.ranked_by, self.truths) or 0.0,
            average_precision=metrics.average_precision(self.ranked_by, self.truths) or 0.0,
            precision=figures["precision"],
            recall=figures["recall"],
            f1=figures["f1"],
            pixel_roc_auc=self.pixel_roc_auc,
            remarks=self._remarks(sources),
        )

    def _remarks(self, sources: Mapping[Path, str]) -> Remarks:
        alike = tuple(tuple(sources[path] for path in group) for group in self.evidence.alike)
        doubts = [
            Doubt(sources[each.path], "anomaly" if each.anomalous else "normal", each.probability)
            for each in doubted_labels(self.evidence.images)
        ]
        return Remarks(alike, tuple(doubts))


def _left_out(name: str, trained: TrainedDetector) -> _Measured:
    """Each training image by a detector that had not learned from it."""
    evidence = left_out_evidence(name, trained.training, trained.images)
    found = evidence.images
    probabilities = np.array([each.probability for each in found])
    return _Measured(
        [each.path for each in found],
        np.array([each.anomalous for each in found]),
        probabilities,
        probabilities,
        probabilities > trained.detector.threshold,
        np.zeros(len(found), np.bool_),
        pixel_figures(trained.images, [each.anomaly_map for each in found]).auroc,
        evidence,
    )


def _tested(name: str, trained: TrainedDetector, test: Labelled) -> _Measured:
    """Each test image by the finished detector."""
    detector: Detector = trained.detector
    tested, found = predict(detector, test)
    shown = labelled_predictions(tested, found.probabilities, found.maps, found.unfamiliar)
    return _Measured(
        [*tested.normal.paths, *tested.anomaly.paths],
        found.truths == 1,
        found.probabilities,
        found.scores,
        found.stopped_at(detector.threshold),
        found.unfamiliar,
        pixel_figures(tested, found.maps).auroc,
        test_evidence(
            name,
            trained.training,
            trained.images,
            shown,
            tested.masks,
            {**trained.images.left_out, **tested.left_out},
        ),
    )


def _labelled(some: Examples) -> Labelled:
    """The same images by label, in the order of their S3 URIs: the order of the entries changes no byte."""
    in_order = sorted(some.used, key=lambda each: each.entry.source)
    normal, anomaly = (
        Photos(tuple(each.path for each in in_order if each.entry.label == label)) for label in ("normal", "anomaly")
    )
    masks = {each.path: each.mask for each in in_order if each.mask is not None}
    return Labelled(normal, anomaly, masks=MaskFiles(masks))
