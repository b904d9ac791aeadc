"""Start and stop a version: make it the one that the pipeline uses, and take that back.

Several versions can be hosted. The pipeline uses the one that was started last.
"""

from dataclasses import dataclass, replace

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.models.ports import LiveVersions
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import FOLLOWING, MODEL, ModelStatus, ModelVersion, moved, wrong_status
from chalicelib.projects.limits import require_units
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import ModelFiles, Registry
from chalicelib.projects.record import ProjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The version to start, and the inference units that the client asks for, which are kept and have no effect."""

    version: str
    min_inference_units: int
    max_inference_units: int | None = None


def start_model(
    project: str,
    start: Start,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    live: LiveVersions,
    files: ModelFiles,
    clock: Clock,
) -> ModelVersion:
    """The version as it is STARTING_HOSTING; it is HOSTED, or HOSTING_FAILED, by the time that this returns.

    `Conflict` unless it is trained or its hosting failed. A start that was interrupted goes on.
    """
    require_allowed(Operation.START_MODEL, grant, project)
    require_units(start.min_inference_units, start.max_inference_units)

    def begin(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(start.version)
        if model.status is not ModelStatus.STARTING_HOSTING:
            model = replace(
                _moved(model, ModelStatus.STARTING_HOSTING, "StartModel", grant, clock),
                started_at=clock(),
                min_inference_units=start.min_inference_units,
                max_inference_units=start.max_inference_units,
            )
        return record.with_model(model), model

    call = Call(Operation.START_MODEL, token, (start,), MODEL)
    model = change(project, begin, call=call, registry=registry, clock=clock)
    if files.exists(project, model.version):
        _point(project, registry, live)
        _go_on(model, ModelStatus.STARTING_HOSTING, ModelStatus.HOSTED, "", registry, clock)
    else:
        reason = f"the file of version {model.version} is missing: train or import another version"
        _go_on(model, ModelStatus.STARTING_HOSTING, ModelStatus.HOSTING_FAILED, reason, registry, clock)
        _point(project, registry, live)
    return model


def stop_model(
    project: str,
    version: str,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    live: LiveVersions,
    clock: Clock,
) -> ModelVersion:
    """The version as it is STOPPING_HOSTING; it is TRAINED by the time that this returns.

    `Conflict` unless it is hosted. A stop that was interrupted goes on.
    """
    require_allowed(Operation.STOP_MODEL, grant, project)

    def begin(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(version)
        if model.status is not ModelStatus.STOPPING_HOSTING:
            model = _moved(model, ModelStatus.STOPPING_HOSTING, "StopModel", grant, clock)
        return record.with_model(model), model

    call = Call(Operation.STOP_MODEL, token, (version,), MODEL)
    model = change(project, begin, call=call, registry=registry, clock=clock)
    _point(project, registry, live)
    _go_on(model, ModelStatus.STOPPING_HOSTING, ModelStatus.TRAINED, "", registry, clock)
    return model


def _moved(model: ModelVersion, to: ModelStatus, call: str, grant: Grant, clock: Clock) -> ModelVersion:
    if to not in FOLLOWING[model.status]:
        raise wrong_status(model, call)
    return replace(moved(model, to, at=clock()), asked_by=grant.key_id)


def _point(project: str, registry: Registry, live: LiveVersions) -> None:
    """Give the pipeline the live version of the project as it is now; an older view of it changes nothing."""
    record = registry.find(project)
    live.point(project, None if record.live is None else str(record.live.version), order=record.revision)


def _go_on(
    model: ModelVersion, present: ModelStatus, to: ModelStatus, reason: str, registry: Registry, clock: Clock
) -> None:
    """Move the version on, unless another call has done that already."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, None]:
        found = record.models.get(model.version)
        if found is None or found.status is not present:
            return record, None
        return record.with_model(moved(found, to, reason=reason, at=clock())), None

    change(model.project, decide, registry=registry, clock=clock)
