"""What training the next version would be, before anybody asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.access.domain import Grant
from chalicelib.projects.domain import Counts, DatasetStatus, DatasetType
from chalicelib.projects.limits import missing_images
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry
from chalicelib.projects.training_size import MOST_LEARNED, seconds

ASSUMED_MEGAPIXELS = 1.0
"""Of an image: the data set does not say how large its images are."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How many images a version learns from and is measured on, and about how long that takes at most, in seconds.

    `missing` says which images are missing; `training` is the version that is being trained now.
    """

    learned: Counts
    tested: int
    seconds: float
    missing: Sequence[str]
    training: int | None


def plan_training(project: str, grant: Grant, *, registry: Registry) -> TrainingPlan:
    """The plan. `NoSuchResource` without the project."""
    require_allowed(Operation.DESCRIBE_DATASET, grant, project)
    record = registry.find(project)
    record.existing()
    deleted = DatasetStatus.DELETE_IN_PROGRESS
    counts = {of: each.counts for of, each in record.datasets.items() if each.status is not deleted}
    train, test = counts.get(DatasetType.TRAIN, Counts()), counts.get(DatasetType.TEST)
    learned, tested = min(train.labelled, MOST_LEARNED), 0 if test is None else test.labelled
    took = seconds(learned, tested, ASSUMED_MEGAPIXELS * (learned + tested))
    training = None if record.training is None else record.training.version
    return TrainingPlan(train, tested, took, missing_images(counts), training)
