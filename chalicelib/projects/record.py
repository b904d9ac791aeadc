"""All that is registered of one project, as one value: a call reads it, makes the next one of it and commits that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.projects.domain import Dataset, DatasetStatus, DatasetType, ModelStatus, ModelVersion, Project
from chalicelib.projects.errors import Conflict, NoSuchResource, ResourceType
from chalicelib.projects.life_cycle import RUNNING

LATEST = "latest"
_number = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRecord:
    """A project with its data sets and versions, as they were at `revision`, which grows with each commit.

    `project` is None before it is created and after it is deleted. `last_version` is the highest number that a version
    of this name ever had; it is kept, so that no number is used twice, whoever remembers the old ones.
    """

    name: str
    revision: int = 0
    last_version: int = 0
    project: Project | None = None
    datasets: Mapping[DatasetType, Dataset] = field(default_factory=dict)
    models: Mapping[int, ModelVersion] = field(default_factory=dict)

    def existing(self) -> Project:
        """The project; `NoSuchResource` if there is none."""
        if self.project is None:
            raise NoSuchResource(
                self.name, ResourceType.PROJECT, f"there is no project {self.name}: create it with CreateProject"
            )
        return self.project

    def dataset(self, of: DatasetType) -> Dataset:
        """The data set; `NoSuchResource` if there is none."""
        self.existing()
        if of not in self.datasets:
            raise NoSuchResource(
                f"{self.name}/{of}",
                ResourceType.DATASET,
                f"project {self.name} has no {of} data set: create it first, with CreateDataset",
            )
        return self.datasets[of]

    def usable_dataset(self, of: DatasetType) -> Dataset:
        """The data set; `Conflict` while it is deleted, `NoSuchResource` if there is none."""
        found = self.dataset(of)
        if found.status is DatasetStatus.DELETE_IN_PROGRESS:
            raise Conflict(
                f"{self.name}/{of}",
                ResourceType.DATASET,
                f"the {of} data set is DELETE_IN_PROGRESS: wait until it is gone, or call DeleteDataset again",
            )
        return found

    def model(self, version: str) -> ModelVersion:
        """The version with this number, or the newest for `latest`; `NoSuchResource` if there is none."""
        self.existing()
        number = max(self.models, default=0) if version == LATEST else _number_of(version)
        if number not in self.models:
            there_are = "ListModels lists those that there are" if self.models else "train one with CreateModel"
            missing = "yet" if version == LATEST else version
            message = f"project {self.name} has no version {missing}; {there_are}"
            raise NoSuchResource(f"{self.name}/{version}", ResourceType.MODEL, message)
        return self.models[number]

    @property
    def training(self) -> ModelVersion | None:
        """The version that is being trained; a project trains one at a time."""
        return next((each for each in self.models.values() if each.status is ModelStatus.TRAINING), None)

    @property
    def live(self) -> ModelVersion | None:
        """The version that the pipeline uses: of those that are hosted or being started, the one started last."""
        running = [each for each in self.models.values() if each.status in RUNNING and each.started_at is not None]
        return max(running, key=lambda each: (each.started_at, each.version), default=None)

    @property
    def last_used(self) -> ModelVersion | None:
        """The version that the line uses or used last; before it used any, or if that is deleted, the one started last.

        A version whose start failed is not it while there is one that worked.
        """
        in_use = None if self.project is None else self.project.in_use
        if in_use is not None and in_use.version in self.models:
            return self.models[in_use.version]
        started = [each for each in self.models.values() if each.started_at is not None]
        return max(started, key=lambda each: (each.started_at, each.version), default=None)

    @property
    def live_or_last_used(self) -> ModelVersion | None:
        """The version that the pipeline uses or, while it uses none, the one of before."""
        return self.live or self.last_used

    def with_model(self, model: ModelVersion) -> "ProjectRecord":
        """The record with this version, new or changed."""
        models = {**self.models, model.version: model}
        return replace(self, models=models, last_version=max(self.last_version, model.version))

    def without_model(self, version: int) -> "ProjectRecord":
        """The record without this version."""
        return replace(self, models={number: each for number, each in self.models.items() if number != version})

    def with_dataset(self, dataset: Dataset) -> "ProjectRecord":
        """The record with this data set, new or changed."""
        return replace(self, datasets={**self.datasets, dataset.type: dataset})

    def without_dataset(self, of: DatasetType) -> "ProjectRecord":
        """The record without this data set."""
        return replace(self, datasets={kind: each for kind, each in self.datasets.items() if kind is not of})


def _number_of(version: str) -> int:
    """0, which no version has, for a text that is no number of the contract's form."""
    return int(version) if _number.fullmatch(version) else 0
