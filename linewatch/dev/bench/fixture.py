"""A local stack for measurements: deployed, with a camera's key and a model trained on drawn images."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.access.domain import Role
from chalicelib.composition import Linewatch
from chalicelib.models.image_files import find_images
from chalicelib.models.layouts import labelled
from chalicelib.models.training import train_on
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions
from linewatch.backbone.lite0 import lite0
from linewatch.operate.versions import import_and_start
from linewatch.samples.files import UNSEEN, samples
from linewatch.stack.local import STACKS, LocalStack, running

PROJECT = "measured"
LINE = "load"


@dataclass(frozen=True, slots=True)
class Fixture:
    """A running stack, the token of a camera's key for `PROJECT`, and test images."""

    stack: LocalStack
    linewatch: Linewatch
    token: str
    normal: list[bytes]
    anomalous: list[bytes]


@contextmanager
def start_fixture(name: str, echo: Callable[[str], None]) -> Iterator[Fixture]:
    """Start an empty stack, and stop it after the block. `echo` shows the progress."""
    folder = samples(STACKS / "samples", UNSEEN)
    model = save(train_on(labelled(folder / "train"), TrainOptions(backbone=lite0())).detector)
    with running(name, stage=name, echo=echo, fresh=True) as stack:
        linewatch = stack.linewatch()
        import_and_start(linewatch.projects, PROJECT, model)
        _, token = linewatch.access.issue_key(Role.CAMERA, PROJECT, lines=["*"], cameras=["*"], note=name)
        unseen = folder / "test"
        # Another Linewatch: its clients do not exist yet, so that a counter can listen to all of them.
        yield Fixture(stack, stack.linewatch(), token, _contents(unseen / "normal"), _contents(unseen / "anomaly"))


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in find_images(folder).images]
