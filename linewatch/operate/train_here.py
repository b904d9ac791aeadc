"""Train a version on this computer: the same work as that of the function, without its limits.

The version has the same statuses, figures and files. Its lease is renewed, so everybody sees how far it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from uuid import uuid4

from chalicelib.projects.examples import Examples, Progress, Trained
from chalicelib.projects.ports import Trainer
from chalicelib.projects.train import Order, train_version
from chalicelib.projects.training import fail_training
from chalicelib.projects.training_size import UNLIMITED
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.backbone.lite0 import lite0

STOPPED = "it was stopped on the computer that trained it: create another version"


@dataclass(frozen=True)
class TrainsHere:
    """A queue of versions to train whose worker is this process; `seen` gets the progress, 0 to 1."""

    projects: ProjectsWiring
    seen: Callable[[float], object]

    def send(self, project: str, version: int) -> None:
        """Train it. A version whose training is interrupted from the keyboard is TRAINING_FAILED at once."""
        projects = self.projects
        projects.network = lite0
        order = Order(project=project, version=version, worker=uuid4().hex, last=True, seconds_left=lambda: inf)
        trainer = _Shown(projects.trainer, self.seen)
        try:
            train_version(order, workshop=replace(projects.workshop, room=UNLIMITED, trainer=trainer))
        except KeyboardInterrupt:
            registry, clock = projects.registry, projects.platform.clock
            fail_training(project, version, order.worker, STOPPED, registry=registry, clock=clock)
            raise


@dataclass(frozen=True)
class _Shown:
    """A trainer whose progress somebody sees."""

    trainer: Trainer
    seen: Callable[[float], object]

    def megapixels(self, path: Path) -> float:
        return self.trainer.megapixels(path)

    def train(self, name: str, train: Examples, test: Examples | None, progress: Progress) -> Trained:
        def both(done: float) -> None:
            progress(done)
            self.seen(done)

        return self.trainer.train(name, train, test, both)
