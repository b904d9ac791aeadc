"""Start and stop a version: what is wanted, in the project's record. `follow_hosting` makes it so.

Several versions can be hosted. The pipeline uses the one that was started last.
"""

from dataclasses import dataclass, replace

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import MODEL, ModelStatus, ModelVersion
from chalicelib.projects.life_cycle import FOLLOWING, moved, wrong_status
from chalicelib.projects.limits import require_units
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import HostingWaker, Registry
from chalicelib.projects.record import ProjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The version to start, and its inference units: the most decide how many workers it has."""

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
    waker: HostingWaker,
    clock: Clock,
) -> ModelVersion:
    """The version as it is STARTING_HOSTING; it is HOSTED, or HOSTING_FAILED, when AWS has done it.

    `Conflict` unless it is trained or its hosting failed. A version that starts with these units already goes on.
    """
    require_allowed(Operation.START_MODEL, grant, project)
    require_units(start.min_inference_units, start.max_inference_units)

    def begin(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(start.version)
        if not _starts_so(model, start):
            model = replace(
                _moved(model, ModelStatus.STARTING_HOSTING, "StartModel", grant, clock),
                started_at=clock(),
                min_inference_units=start.min_inference_units,
                max_inference_units=start.max_inference_units,
                switch=None,
            )
        return record.with_model(model), model

    call = Call(Operation.START_MODEL, token, (start,), MODEL)
    model = change(project, begin, call=call, registry=registry, clock=clock)
    waker.wake(project)
    return model


def stop_model(
    project: str,
    version: str,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    waker: HostingWaker,
    clock: Clock,
) -> ModelVersion:
    """The version as it is STOPPING_HOSTING; it is TRAINED when AWS has done it. `Conflict` unless it is
    hosted or its hosting failed.
    """
    require_allowed(Operation.STOP_MODEL, grant, project)

    def begin(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(version)
        if model.status is not ModelStatus.STOPPING_HOSTING:
            model = _moved(model, ModelStatus.STOPPING_HOSTING, "StopModel", grant, clock)
        return record.with_model(model), model

    call = Call(Operation.STOP_MODEL, token, (version,), MODEL)
    model = change(project, begin, call=call, registry=registry, clock=clock)
    waker.wake(project)
    return model


def _starts_so(model: ModelVersion, start: Start) -> bool:
    """Whether this was asked for already: the same call may come twice."""
    units = (model.min_inference_units, model.max_inference_units)
    wanted = (start.min_inference_units, start.max_inference_units)
    return model.status is ModelStatus.STARTING_HOSTING and units == wanted


def _moved(model: ModelVersion, to: ModelStatus, call: str, grant: Grant, clock: Clock) -> ModelVersion:
    if to not in FOLLOWING[model.status]:
        raise wrong_status(model, call)
    return replace(moved(model, to, at=clock()), asked_by=grant.key_id)
