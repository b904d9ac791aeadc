"""Detectors that several tests look at, trained once."""

import pytest

from chalicelib.vision.fit import FitOptions, Training, fit
from tests.vision.drawn import anomalies, normals

OPTIONS = FitOptions(size=128)


@pytest.fixture(scope="session")
def from_normals() -> Training:
    """Trained on normals alone."""
    return fit(normals(24), [], OPTIONS)


@pytest.fixture(scope="session")
def from_both() -> Training:
    """Trained on normals and anomalies."""
    return fit(normals(20), anomalies(10), OPTIONS)
