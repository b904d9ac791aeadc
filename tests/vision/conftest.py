"""Detectors that several tests look at, trained once for all workers of a run."""

import fcntl
import os
import pickle
from collections.abc import Callable

import pytest

from chalicelib.vision.training.train import Training, TrainOptions, train
from tests.vision.drawn import anomalies, normals

OPTIONS = TrainOptions(size=128)


@pytest.fixture(scope="session")
def from_normals(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Trained on normals alone."""
    return _once(tmp_path_factory, "from_normals", lambda: train(normals(24), [], OPTIONS))


@pytest.fixture(scope="session")
def from_both(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Trained on normals and anomalies."""
    return _once(tmp_path_factory, "from_both", lambda: train(normals(20), anomalies(10), OPTIONS))


def _once(folders: pytest.TempPathFactory, name: str, make: Callable[[], Training]) -> Training:
    """What a worker of this run has trained already, or is training now; else it is trained."""
    own = folders.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (folder / f"{name}.pickle").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if content := file.read():
            kept: Training = pickle.loads(content)
            return kept
        trained = make()
        file.write(pickle.dumps(trained))
        return trained
