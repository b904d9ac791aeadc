"""A project whose version waits to be trained, and the ports of its worker as fakes."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.projects.arns import Arns
from chalicelib.projects.domain import DatasetType, ModelStatus, ModelVersion
from chalicelib.projects.train import Order, Workshop, train_version
from tests.projects.mortal import Death, Mortal
from tests.projects.world import World, a_project
from tests.support.fake_projects import FakeDownloads, FakeOutputFiles, FakeTrainer
from tests.support.interleaving import Died

FOLDER = "s3://results/datasets/plates/images"


def manifest(normal: int, anomaly: int, part: str = "train", *, masks: bool = False) -> bytes:
    """So many lines of each label, of images that a worker may read; anomalies may have masks."""
    names = [f"{FOLDER}/{part}/{number}" for number in range(normal + anomaly)]
    good = [a_line(f"{name}.png", "normal") for name in names[:normal]]
    bad = [a_line(f"{name}.png", "anomaly", f"{name}-mask.png" if masks else None) for name in names[normal:]]
    return "\n".join(good + bad).encode()


def a_line(source: str, label: str, mask: str | None = None) -> str:
    fields = {"source-ref": source, "check": 0, "check-metadata": {"class-name": label}}
    colours = {"internal-color-map": {"1": {"class-name": "scratch", "hex-color": "#2ca02c"}}}
    masks = {} if mask is None else {"check-mask-ref": mask, "check-mask-ref-metadata": colours}
    return json.dumps(fields | masks)


@dataclass
class Bench:
    """A worker's ports, and its calls."""

    world: World
    images: FakeDownloads = field(default_factory=FakeDownloads)
    trainer: FakeTrainer = field(default_factory=FakeTrainer)
    outputs: FakeOutputFiles = field(default_factory=FakeOutputFiles)

    @property
    def model(self) -> ModelVersion:
        return self.world.record.models[1]

    def train(
        self,
        worker: str = "w1",
        *,
        last: bool = False,
        seconds_left: Callable[[], float] = lambda: 900,
        death: Death | None = None,
    ) -> ModelStatus | None:
        world = self.world
        ports: dict[str, Any] = {
            "registry": world.registry,
            "entries": world.entries,
            "files": world.files,
            "images": self.images,
            "trainer": self.trainer,
            "outputs": self.outputs,
        }
        if death is not None:
            ports = {name: Mortal(port, death) for name, port in ports.items()}
        workshop = Workshop(**ports, arns=Arns("eu-west-1", "1"), bucket="results", clock=world.clock)
        order = Order(project="plates", version=1, worker=worker, last=last, seconds_left=seconds_left)
        return train_version(order, workshop=workshop)

    def dies(self, death: Death) -> bool:
        """Train; whether the worker died."""
        try:
            self.train(death=death)
        except Died:
            return True
        return False


def a_bench(normal: int = 20, anomaly: int = 10, test: tuple[int, int] | None = None, *, masks: bool = False) -> Bench:
    """The images are stored, and the version is in the queue."""
    world = a_project()
    world.entries.bucket = "results"
    parts = {DatasetType.TRAIN: manifest(normal, anomaly, masks=masks)}
    if test is not None:
        parts[DatasetType.TEST] = manifest(*test, "test")
    for of, lines in parts.items():
        world.create_dataset(of, lines)
    world.create_model()
    bench = Bench(world)
    store(bench, (line for lines in parts.values() for line in lines.splitlines()))
    return bench


def store(bench: Bench, lines: Iterable[bytes]) -> None:
    """The images of manifest lines, and the masks."""
    for line in lines:
        content = json.loads(line)
        for name in ("source-ref", "check-mask-ref"):
            if name in content:
                bench.images.stored[content[name]] = b"an image"


def failed_with(bench: Bench) -> str:
    """The message of the version, which has failed."""
    assert bench.train() is ModelStatus.TRAINING_FAILED
    assert bench.model.status is ModelStatus.TRAINING_FAILED
    assert ("plates", 1) not in bench.world.files.stored
    assert bench.world.create_model().version == 2
    return bench.model.status_message
