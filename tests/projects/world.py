"""The capability on fakes, and its calls with the keys of one project."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.access.domain import Grant, Role
from chalicelib.core.figures import Figures
from chalicelib.hosting.follow import Hosting
from chalicelib.projects.datasets import ManifestSource, create_dataset, delete_dataset, update_entries
from chalicelib.projects.domain import Dataset, DatasetType, Evaluation, Location, ModelVersion, Project
from chalicelib.projects.hosting import Start, start_model, stop_model
from chalicelib.projects.projects import create_project, delete_project
from chalicelib.projects.promote import promote_model, roll_back_model
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import Storage
from chalicelib.projects.switch import Switch, SwitchKind
from chalicelib.projects.training import begin_training, end_training
from chalicelib.projects.versions import ModelFile, NewModel, create_model, delete_model, import_model
from tests.support.builders import NOON, FakeClock
from tests.support.fake_hosting import FakeMappings, FakeModelCheck, FakeModelEvents, FakeProjectQueues, queue_of
from tests.support.fake_projects import (
    FakeEntries,
    FakeLiveVersions,
    FakeModelFiles,
    FakeRegistry,
    FakeTrainingQueue,
    FakeWaker,
)

ADMIN = Grant("a1", Role.ADMIN, "plates")
OPERATOR = replace(ADMIN, role=Role.OPERATOR)
OUTPUT = Location(bucket="results", key="evaluation/")
GOOD = Evaluation(precision=0.9, recall=0.8, f1=0.85, ended_at=NOON + timedelta(minutes=5))


def line(number: int, label: str | None = "normal", bucket: str = "bucket", **more: object) -> str:
    """A line of a manifest."""
    content: dict[str, object] = {"source-ref": f"s3://{bucket}/images/plates/{number}.png", **more}
    if label is not None:
        content["check"] = 0 if label == "normal" else 1
        content["check-metadata"] = {"class-name": label, "creation-date": "2026-03-14T12:00:00.000000"}
    return json.dumps(content)


def lines(normal: int, anomaly: int, bucket: str = "bucket") -> bytes:
    """So many lines of each label."""
    labels = ["normal"] * normal + ["anomaly"] * anomaly
    return "\n".join(line(number, label, bucket) for number, label in enumerate(labels)).encode()


@dataclass
class World:
    """The ports as fakes; any of them can be replaced."""

    registry: FakeRegistry = field(default_factory=FakeRegistry)
    entries: FakeEntries = field(default_factory=FakeEntries)
    files: FakeModelFiles = field(default_factory=FakeModelFiles)
    queue: FakeTrainingQueue = field(default_factory=FakeTrainingQueue)
    live: FakeLiveVersions = field(default_factory=FakeLiveVersions)
    queues: FakeProjectQueues = field(default_factory=FakeProjectQueues)
    mappings: FakeMappings = field(default_factory=FakeMappings)
    check: FakeModelCheck = field(default_factory=FakeModelCheck)
    bus: FakeModelEvents = field(default_factory=FakeModelEvents)
    clock: FakeClock = field(default_factory=FakeClock)
    forgotten: list[tuple[str, Grant]] = field(default_factory=list)

    @property
    def record(self) -> ProjectRecord:
        return self.registry.find("plates")

    def create_project(self, token: str | None = None) -> Project:
        return create_project(
            "plates",
            ADMIN,
            token=token,
            registry=self.registry,
            waker=FakeWaker(),
            clock=self.clock,
        )

    def delete_project(self, token: str | None = None) -> Project:
        return delete_project(
            "plates",
            ADMIN,
            token=token,
            registry=self.registry,
            entries=self.entries,
            forget=lambda project, grant: self.forgotten.append((project, grant)),
            waker=FakeWaker(),
            clock=self.clock,
        )

    @property
    def storage(self) -> Storage:
        return Storage(registry=self.registry, entries=self.entries, clock=self.clock)

    def create_dataset(
        self, of: DatasetType = DatasetType.TRAIN, manifest: bytes | None = None, token: str | None = None
    ) -> Dataset:
        source = None
        if manifest is not None:
            place = Location(bucket=self.entries.bucket, key="datasets/plates/manifest")
            self.entries.manifests[place.bucket, place.key] = manifest
            source = ManifestSource(place)
        return create_dataset("plates", of, source, ADMIN, token=token, storage=self.storage)

    def update_entries(self, changes: bytes, of: DatasetType = DatasetType.TRAIN, token: str | None = None) -> Dataset:
        return update_entries("plates", of, changes, ADMIN, token=token, storage=self.storage)

    def delete_dataset(self, of: DatasetType = DatasetType.TRAIN, token: str | None = None) -> Dataset:
        return delete_dataset("plates", of, ADMIN, token=token, storage=self.storage)

    def create_model(self, token: str | None = None, tags: Sequence[tuple[str, str]] = ()) -> ModelVersion:
        new = NewModel(output=OUTPUT, tags=tuple(tags))
        return create_model(
            "plates",
            new,
            ADMIN,
            token=token,
            registry=self.registry,
            queue=self.queue,
            bucket="results",
            clock=self.clock,
        )

    def import_model(self, content: bytes = b"model") -> ModelVersion:
        return import_model(
            "plates",
            ModelFile(content=content, evaluation=GOOD),
            ADMIN,
            registry=self.registry,
            files=self.files,
            check=len,
            clock=self.clock,
        )

    def delete_model(self, version: str = "1", token: str | None = None) -> ModelVersion:
        return delete_model(
            "plates", version, ADMIN, token=token, registry=self.registry, files=self.files, clock=self.clock
        )

    def start_model(self, version: str = "1", token: str | None = None, units: int = 1) -> ModelVersion:
        start = Start(version=version, min_inference_units=units)
        return start_model(
            "plates", start, OPERATOR, token=token, registry=self.registry, waker=self.waker, clock=self.clock
        )

    def stop_model(self, version: str = "1", token: str | None = None) -> ModelVersion:
        return stop_model(
            "plates", version, OPERATOR, token=token, registry=self.registry, waker=self.waker, clock=self.clock
        )

    def promote_model(self, version: str = "2", figures: Figures | None = None) -> ModelVersion:
        def evidence(_candidate: ModelVersion, hosted: ModelVersion) -> Switch:
            return Switch(kind=SwitchKind.PROMOTION, over=hosted.version, figures=figures)

        return promote_model(
            "plates", version, OPERATOR, evidence=evidence, registry=self.registry, waker=self.waker, clock=self.clock
        )

    def roll_back_model(self) -> ModelVersion:
        return roll_back_model("plates", OPERATOR, registry=self.registry, waker=self.waker, clock=self.clock)

    @property
    def waker(self) -> FakeWaker:
        """Has the hosting followed at once."""
        return FakeWaker(work=self.follow)

    def follow(self, project: str = "plates") -> None:
        """One run of the one who makes the wanted hosting real."""
        self.hosting.follow(project)

    @property
    def hosting(self) -> Hosting:
        return Hosting(
            registry=self.registry,
            live=self.live,
            files=self.files,
            queues=self.queues,
            mappings=self.mappings,
            check=self.check,
            bus=self.bus,
            queue_of=queue_of,
            clock=self.clock,
        )

    def begin(self, version: int = 1, worker: str = "w1") -> ModelVersion | None:
        return begin_training("plates", version, worker, registry=self.registry, clock=self.clock)

    def end(self, version: int = 1, worker: str = "w1") -> bool:
        """Store the file and end the training."""
        self.files.put("plates", version, b"model")
        return end_training("plates", version, worker, GOOD, registry=self.registry, clock=self.clock)

    def train(self) -> ModelVersion:
        """A trained version."""
        model = self.create_model()
        self.begin(model.version)
        self.end(model.version)
        return self.record.models[model.version]


def a_project() -> World:
    """A project without data sets."""
    world = World()
    world.create_project()
    return world


def a_trainable_project() -> World:
    """A project with one data set, which has just enough images."""
    world = a_project()
    world.create_dataset(manifest=lines(20, 10))
    return world
