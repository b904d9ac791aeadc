"""A local stack that is ready to judge: deployed, with a model trained on drawn images, and with a key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.access.domain import Role
from chalicelib.composition import Linewatch
from chalicelib.models.dataset import images, labelled
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.progress import tell
from linewatch.commands.train import trained
from linewatch.demo.images import UNSEEN, samples
from linewatch.stack.local import STACKS, LocalStack, running

PROJECT = "measured"
LINE = "load"


@dataclass(frozen=True, slots=True)
class Ready:
    """A running stack, the token of a camera's key to all of `PROJECT`, and images that its model has not seen."""

    stack: LocalStack
    linewatch: Linewatch
    token: str
    normal: list[bytes]
    anomalous: list[bytes]


@contextmanager
def ready(name: str) -> Iterator[Ready]:
    """Start it empty, and stop it at the end."""
    folder = samples(STACKS / "samples", UNSEEN)
    model = save(trained(labelled(folder / "train"), TrainOptions()).detector)
    with running(name, stage=name, tell=tell, fresh=True) as stack:
        linewatch = stack.linewatch()
        linewatch.models.registry.publish(PROJECT, model)
        _, token = linewatch.access.issue_key(Role.CAMERA, PROJECT, lines=["*"], cameras=["*"], note=name)
        unseen = folder / "test"
        yield Ready(stack, linewatch, token, _contents(unseen / "normal"), _contents(unseen / "anomaly"))


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in images(folder)]
