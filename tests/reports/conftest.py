"""A small trained detector, its drawn images, and evidence made to order."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from chalicelib.models.dataset import Labelled
from chalicelib.models.layouts import labelled
from chalicelib.reports.training.evidence import Basis, Evidence
from chalicelib.reports.training.predictions import LabelledPrediction
from chalicelib.reports.training.survey import survey
from chalicelib.vision.training.train import Training, TrainOptions, train
from linewatch.samples import Counts, write

type Made = Callable[..., Evidence]


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    """Twelve normals and four anomalies."""
    folder = tmp_path_factory.mktemp("report")
    write(folder, {"train": Counts(12, 4)}, seed=3, drawn=lambda _path: None)
    return labelled(folder / "train")


@pytest.fixture(scope="session")
def training(images: Labelled) -> Training:
    """Trained on all of them."""
    return train(images.normal, images.anomaly, TrainOptions(size=64))


@pytest.fixture(scope="session")
def made(images: Labelled, training: Training) -> Made:
    """Evidence with the probabilities given, for the first normals and the first anomalies."""

    def evidence(normal: Sequence[float], anomaly: Sequence[float], alike: Sequence[Sequence[Path]] = ()) -> Evidence:
        predictions = [
            LabelledPrediction(path, anomalous, probability, np.eye(4, dtype=np.float32))
            for paths, probabilities, anomalous in (
                (images.normal.paths, normal, False),
                (images.anomaly.paths, anomaly, True),
            )
            for path, probability in zip(paths, probabilities, strict=False)
        ]
        kept = Labelled(images.normal[: len(normal)], images.anomaly[: len(anomaly)])
        groups = [list(group) for group in alike]
        return Evidence("parts", Basis.LEFT_OUT, training.detector, predictions, survey(kept), groups, {}, None)

    return evidence
