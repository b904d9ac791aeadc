"""Make a version that decides at another threshold: the same weights, and a number of its own.

So the number of a version says all of how it decides: each inspection names it, and a threshold takes effect as any
version does, by a start or a promotion, between two batches, and goes back by a roll back.
"""

from dataclasses import dataclass, replace
from math import isfinite

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import Evaluation, ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.moved_threshold import MovedThreshold
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import ModelFiles, Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.versions import add_version
from chalicelib.vision.costs import Best, Costs, HeldOut, Step, best, sensible, step_at
from chalicelib.vision.model_bytes import ModelFileError, held_out, with_threshold

DEAREST = 1e9
"""The largest price of a mistake."""
_S = ModelStatus
_WITH_FILE = frozenset({_S.TRAINED, _S.STARTING_HOSTING, _S.HOSTED, _S.HOSTING_FAILED, _S.STOPPING_HOSTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The thresholds that a version could have, by what it said of images that it had not learned from.

    `steps` are those that no other one beats, from the lowest on. With `costs`, `best` is the cheapest of them; None
    without, and for a version that was trained on one kind of images.
    """

    model: ModelVersion
    held: HeldOut
    now: Step
    steps: list[Step]
    costs: Costs | None
    best: Best | None


def show_thresholds(
    project: str, version: str, costs: Costs | None, grant: Grant, *, registry: Registry, files: ModelFiles
) -> Thresholds:
    """What each threshold does, and costs. `NoSuchResource`, `InvalidRequest`, and `Conflict` without a model file."""
    require_allowed(Operation.DESCRIBE_MODEL, grant, project)
    if costs is not None:
        _require_costs(costs)
    model = registry.find(project).model(version)
    try:
        held = held_out(_file_of(model, files))
    except ModelFileError as error:
        raise _unusable(model, error) from error
    known = bool(held.normals and held.anomalies)
    return Thresholds(
        model=model,
        held=held,
        now=step_at(held, held.threshold),
        steps=sensible(held) if known else [],
        costs=costs,
        best=best(held, costs) if costs is not None and known else None,
    )


def move_threshold(
    project: str, version: str, threshold: float, grant: Grant, *, registry: Registry, files: ModelFiles, clock: Clock
) -> ModelVersion:
    """The version with this threshold, which is TRAINED; the one that there is already, if somebody made it before.

    `InvalidRequest` for a threshold that is none or is the present one, `NoSuchResource`, `QuotaExceeded`, and
    `Conflict` without a model file or while a version is trained.
    """
    require_allowed(Operation.MOVE_THRESHOLD, grant, project)
    if not 0 <= threshold <= 1:
        raise InvalidRequest(("threshold", "must be a probability, 0 to 1"))
    record = registry.find(project)
    model = record.model(version)
    moved = MovedThreshold(version=_weights_of(model), threshold=threshold, by=grant.key_id)
    if (known := _known(record, moved)) is not None:
        return known
    content = _file_of(model, files)
    try:
        held, file = held_out(content), with_threshold(content, threshold)
    except ModelFileError as error:
        raise _unusable(model, error) from error
    if held.threshold == threshold:
        raise InvalidRequest(("threshold", f"is that of version {model.version}"))

    def like(new: ModelVersion) -> ModelVersion:
        measured = _measured(held, threshold, clock)
        learned = replace(new, train=model.train, test=model.test, masks=model.masks)
        return replace(learned, description=model.description, evaluation=measured, moved=moved)

    return add_version(project, file, like, registry=registry, files=files, clock=clock)


def _weights_of(model: ModelVersion) -> int:
    """The version whose weights this one has."""
    return model.version if model.moved is None else model.moved.version


def _known(record: ProjectRecord, moved: MovedThreshold) -> ModelVersion | None:
    """The version that has these weights and this threshold: the same call may come twice."""
    usable = (each for each in record.models.values() if each.status in _WITH_FILE and each.moved is not None)
    wanted = (moved.version, moved.threshold)
    return next((each for each in usable if each.moved and (each.moved.version, each.moved.threshold) == wanted), None)


def _measured(held: HeldOut, threshold: float, clock: Clock) -> Evaluation | None:
    """The figures that training's own images make at this threshold; None if they are of one kind."""
    if not held.normals or not held.anomalies:
        return None
    step = step_at(held, threshold)
    found = len(held.anomalies) - step.escapes
    precision = found / (found + step.rejects) if found + step.rejects else 0.0
    recall = found / len(held.anomalies)
    f1 = 2 * precision * recall / (precision + recall) if found else 0.0
    return Evaluation(precision=precision, recall=recall, f1=f1, ended_at=clock())


def _file_of(model: ModelVersion, files: ModelFiles) -> bytes:
    content = files.read(model.project, model.version) if model.status in _WITH_FILE else None
    if content is None:
        message = f"version {model.version} of project {model.project} is {model.status}: it has no model file"
        raise Conflict(model.resource_id, ResourceType.MODEL, message)
    return content


def _unusable(model: ModelVersion, error: ModelFileError) -> Conflict:
    return Conflict(model.resource_id, ResourceType.MODEL, f"version {model.version} of {model.project}: {error}")


def _require_costs(costs: Costs) -> None:
    wrong = [
        (name, f"must be 0 to {most:g}")
        for name, value, most in (
            ("escape_cost", costs.escape, DEAREST),
            ("reject_cost", costs.reject, DEAREST),
            ("defect_share", costs.defect_share, 1.0),
        )
        if not (isfinite(value) and 0 <= value <= most)
    ]
    if wrong:
        raise InvalidRequest(*wrong)
