"""What the API answers of versions, as JSON."""

from typing import TypedDict

from chalicelib.access.domain import Grant
from chalicelib.core.texts import Instant
from chalicelib.projects.domain import Evaluation, ModelStatus, ModelVersion
from chalicelib.projects.moved_threshold import MovedThreshold
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry
from chalicelib.projects.training_plan import TrainingPlan


class MeasuredAnswer(TypedDict):
    """How well a version did on images that it had not learned from, 0 to 1."""

    precision: float
    recall: float
    f1: float


class MovedAnswer(TypedDict):
    """The version has the weights of the version `version`, but this threshold; `by` is the key that wanted that."""

    version: int
    threshold: float
    by: str


class ListedVersion(TypedDict):
    """A version and what becomes of it.

    `units` are those of its last start, and `asked_by` is who last started or stopped it. `replaces` is the hosted
    version whose place it takes while it starts, and `before` the one that a roll back would host again. `progress` is
    that of its training, 0 to 1; null while it waits for a worker, and afterwards.
    """

    version: int
    status: ModelStatus
    message: str
    description: str
    created_at: Instant
    changed_at: Instant
    asked_by: str
    units: int | None
    measured: MeasuredAnswer | None
    has_report: bool
    progress: float | None
    replaces: int | None
    before: int | None
    moved: MovedAnswer | None


class VersionsAnswer(TypedDict):
    """All versions of a project, the newest first."""

    versions: list[ListedVersion]


class TrainingPlanAnswer(TypedDict):
    """What training the next version would be, as the counts of labelled images say; `seconds` at most, about.

    `missing` says in words which images must be added first; `training` is the version that is being trained now.
    """

    normal: int
    anomaly: int
    tested: int
    seconds: int
    missing: list[str]
    training: int | None


def plan_as_json(plan: TrainingPlan) -> TrainingPlanAnswer:
    """The plan."""
    return {
        "normal": plan.learned.normal,
        "anomaly": plan.learned.anomaly,
        "tested": plan.tested,
        "seconds": round(plan.seconds),
        "missing": list(plan.missing),
        "training": plan.training,
    }


def list_versions(project: str, grant: Grant, *, registry: Registry) -> VersionsAnswer:
    """All versions, at most 100. `NoSuchResource` without the project."""
    require_allowed(Operation.LIST_MODELS, grant, project)
    record = registry.find(project)
    record.existing()
    return {"versions": [version_as_json(record.models[each]) for each in sorted(record.models, reverse=True)]}


def version_as_json(model: ModelVersion) -> ListedVersion:
    """One version. Times are UTC."""
    return {
        "version": model.version,
        "status": model.status,
        "message": model.status_message,
        "description": model.description,
        "created_at": model.created_at.isoformat(timespec="seconds"),
        "changed_at": model.changed_at.isoformat(timespec="seconds"),
        "asked_by": model.asked_by,
        "units": model.max_inference_units or model.min_inference_units,
        "measured": None if model.evaluation is None else _measured(model.evaluation),
        "has_report": model.evaluation is not None and model.output is not None,
        "progress": None if model.lease is None else model.lease.progress,
        "replaces": None if model.switch is None else model.switch.over,
        "before": model.before,
        "moved": None if model.moved is None else _moved(model.moved),
    }


def _measured(evaluation: Evaluation) -> MeasuredAnswer:
    return {"precision": evaluation.precision, "recall": evaluation.recall, "f1": evaluation.f1}


def _moved(moved: MovedThreshold) -> MovedAnswer:
    return {"version": moved.version, "threshold": moved.threshold, "by": moved.by}
