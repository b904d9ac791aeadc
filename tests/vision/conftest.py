"""Detectors that several tests look at, trained once."""

import pytest

from chalicelib.vision.training.train import Training, TrainOptions, train
from tests.vision.drawn import anomalies, normals

OPTIONS = TrainOptions(size=128)


@pytest.fixture(scope="session")
def from_normals() -> Training:
    """Trained on normals alone."""
    return train(normals(24), [], OPTIONS)


@pytest.fixture(scope="session")
def from_both() -> Training:
    """Trained on normals and anomalies."""
    return train(normals(20), anomalies(10), OPTIONS)
