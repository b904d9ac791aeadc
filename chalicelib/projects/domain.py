"""Projects, data sets and model versions: their values and statuses."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, TypeAdapter

from chalicelib.projects.in_use import InUse
from chalicelib.projects.moved_threshold import MovedThreshold
from chalicelib.projects.policy import PromotionPolicy
from chalicelib.projects.shadow import Shadow
from chalicelib.projects.switch import Switch

MOST_MODELS = 100
"""The most versions of a project."""

WORKERS_OF_A_UNIT = 2
"""The workers of an inference unit: the least that a queue's mapping takes as its most (`MaximumConcurrency`)."""
MOST_UNITS = 500
"""The most units of a version: a mapping has at most 1,000 workers."""


class DatasetType(StrEnum):
    """What a data set is for. A project with only a `train` set is tested on images that training leaves out."""

    TRAIN = "train"
    TEST = "test"


class DatasetStatus(StrEnum):
    """The contract's names. Linewatch creates and updates a data set in one step, so those in between do not occur."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED_ROLLBACK_IN_PROGRESS = "UPDATE_FAILED_ROLLBACK_IN_PROGRESS"
    UPDATE_FAILED_ROLLBACK_COMPLETE = "UPDATE_FAILED_ROLLBACK_COMPLETE"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    DELETE_FAILED = "DELETE_FAILED"


class ModelStatus(StrEnum):
    """The contract's names. After a stop, a version is TRAINED again."""

    TRAINING = "TRAINING"
    TRAINED = "TRAINED"
    TRAINING_FAILED = "TRAINING_FAILED"
    STARTING_HOSTING = "STARTING_HOSTING"
    HOSTED = "HOSTED"
    HOSTING_FAILED = "HOSTING_FAILED"
    STOPPING_HOSTING = "STOPPING_HOSTING"
    SYSTEM_UPDATING = "SYSTEM_UPDATING"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project; everything else belongs to one. Times are UTC. `shadow` is its last shadow run, `in_use` the version
    that its line uses or, while it is stopped, used last.
    """

    name: str
    created_at: AwareDatetime
    policy: PromotionPolicy | None = None
    shadow: Shadow | None = None
    in_use: InUse | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The images of a data set. An image without a label is neither normal nor an anomaly."""

    total: int = 0
    labelled: int = 0
    normal: int = 0
    anomaly: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A data set. `revision` names the stored entries and begins with `dataset_id`, which no other data set has."""

    type: DatasetType
    dataset_id: str
    revision: str
    status: DatasetStatus
    status_message: str = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in S3: a whole key, or the prefix of keys."""

    bucket: str
    key: str = ""

    @classmethod
    def of(cls, uri: str) -> Self:
        """The place that an S3 URI names."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket=bucket, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well a version did on its test images: the three figures, 0 to 1, and where the files are."""

    precision: float
    recall: float
    f1: float
    ended_at: AwareDatetime
    manifest: Location | None = None
    result: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The worker that trains a version. It renews the lease; `progress` is 0 to 1."""

    worker: str
    until: AwareDatetime
    progress: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskClass:
    """The class of all that is marked in masks, and its colour, `#RRGGBB`. The background is white."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A version of a project's model.

    `train` and `test` are the revisions of the data sets that it is trained and tested on; an imported version has
    none. `masks` is what the masks of its training images show; None if they have none. `started_at` is the last start
    of hosting, `changed_at` the last change of the status. `asked_by` is the id of the key that last started or stopped
    it, or what did so instead of a person. `switch` is the promotion or the roll back that starts it; `before` is the
    version that it replaced when it was promoted. `moved` says of a version that was not trained but has another
    one's weights where they come from.
    """

    project: str
    version: int
    status: ModelStatus
    status_message: str = ""
    created_at: AwareDatetime
    changed_at: AwareDatetime
    description: str = ""
    output: Location | None = None
    train: str | None = None
    test: str | None = None
    masks: MaskClass | None = None
    lease: Lease | None = None
    evaluation: Evaluation | None = None
    started_at: AwareDatetime | None = None
    min_inference_units: int | None = None
    max_inference_units: int | None = None
    asked_by: str = ""
    switch: Switch | None = None
    before: int | None = None
    moved: MovedThreshold | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def changing(self) -> bool:
        """Whether its hosting starts or stops."""
        return self.status in (ModelStatus.STARTING_HOSTING, ModelStatus.STOPPING_HOSTING)

    @property
    def workers(self) -> int:
        """How many workers inspect at the same time when it is hosted: those of its most units."""
        return WORKERS_OF_A_UNIT * (self.max_inference_units or self.min_inference_units or 1)

    @property
    def resource_id(self) -> str:
        """`<project>/<version>`."""
        return f"{self.project}/{self.version}"


class Kind(StrEnum):
    """By what projects are found."""

    PROJECT = "project"
    """Every project."""
    TRAINING = "training"
    """Those with a version in training."""
    UNSETTLED = "unsettled"
    """Those with a version that starts or stops, or whose hosting failed."""
    HOSTED = "hosted"
    """Those with a hosted version."""


PROJECT: TypeAdapter[Project] = TypeAdapter(Project)
DATASET: TypeAdapter[Dataset] = TypeAdapter(Dataset)
MODEL: TypeAdapter[ModelVersion] = TypeAdapter(ModelVersion)
