"""How well a detector finds kinds of defects that were not in training: each kind is left out of training in turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chalicelib.models.dataset import Labelled
from chalicelib.models.evaluation import Evaluation, predict
from chalicelib.models.training import train_on
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.training.train import TrainOptions


@dataclass(frozen=True)
class UnseenKind:
    """One kind of defect, with and without it in training."""

    kind: str
    trained: int  # training images of the kind
    tested: int
    found_with: int  # of the tested, by the detector that learned from the kind
    found_without: int
    false_rejects_with: int
    false_rejects_without: int
    normals: int  # tested


def shared_kinds(train: Labelled, test: Labelled, kinds: Mapping[Path, str]) -> list[str]:
    """The kinds that anomalies of both parts show, by their paths; in the order of their names."""
    named = [{kinds[path] for path in part.anomaly.paths if path in kinds} for part in (train, test)]
    return sorted(set.intersection(*named))


def leave_kinds_out(
    evaluation: Evaluation, options: TrainOptions, kinds: Mapping[Path, str], progress: Progress = silent
) -> list[UnseenKind]:
    """A training and a test without each kind that training and test share. Raises `CannotTrain`.

    `kinds` says the kind of an anomalous image by its path.
    """
    both = shared_kinds(evaluation.trained.images, evaluation.test, kinds)
    return [_without(kind, evaluation, options, kinds, progress) for kind in both]


def _without(
    kind: str, evaluation: Evaluation, options: TrainOptions, kinds: Mapping[Path, str], progress: Progress
) -> UnseenKind:
    train, test = evaluation.trained.images, evaluation.test
    of_kind = {path: f"of the kind {kind}" for path in train.anomaly.paths if kinds.get(path) == kind}
    detector = train_on(train.without(of_kind), options, progress).detector
    shown = np.array([kinds.get(path) == kind for path in test.anomaly.paths])
    others = {path: "of another kind" for path in test.anomaly.paths if kinds.get(path) != kind}
    _, predictions = predict(detector, test.without(others))
    without = predictions.probabilities > detector.threshold
    known = evaluation.predictions.probabilities > evaluation.trained.detector.threshold
    normals = len(test.normal)
    return UnseenKind(
        kind=kind or "unnamed",
        trained=len(of_kind),
        tested=int(shown.sum()),
        found_with=int(known[normals:][shown].sum()),
        found_without=int(without[normals:].sum()),
        false_rejects_with=int(known[:normals].sum()),
        false_rejects_without=int(without[:normals].sum()),
        normals=normals,
    )
