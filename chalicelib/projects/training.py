"""What the worker that trains a version does in the registry, and what happens to a version whose worker is gone.

A worker holds a lease and renews it. A version is trained by one worker, once: when the lease has run out, the training
has failed, and a person can create another version.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws.observability import log_event
from chalicelib.aws.sqs_batch import NAMED
from chalicelib.core.clock import Clock
from chalicelib.projects.change import change
from chalicelib.projects.domain import Evaluation, Kind, Lease, MaskClass, ModelStatus, ModelVersion
from chalicelib.projects.life_cycle import moved
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord

LEASE = timedelta(minutes=2)
"""How long a worker may be silent."""
LONGEST_WAIT = timedelta(hours=1)
"""How long a version may wait for a worker."""


def begin_training(project: str, version: int, worker: str, *, registry: Registry, clock: Clock) -> ModelVersion | None:
    """The version with this worker's lease; None if it needs no training any more, or another worker has it."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion | None]:
        model = _in_training(record, version)
        if model is None or (model.lease is not None and model.lease.worker != worker):
            return record, None
        leased = replace(model, lease=Lease(worker=worker, until=clock() + LEASE))
        return record.with_model(leased), leased

    return change(project, decide, registry=registry, clock=clock)


def renew_lease(project: str, version: int, worker: str, progress: float, *, registry: Registry, clock: Clock) -> bool:
    """Whether the worker still has the lease, which then lasts longer. If not, the worker must stop."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, bool]:
        model = _held(record, version, worker)
        if model is None:
            return record, False
        lease = Lease(worker=worker, until=clock() + LEASE, progress=progress)
        return record.with_model(replace(model, lease=lease)), True

    return change(project, decide, registry=registry, clock=clock)


def end_training(
    project: str,
    version: int,
    worker: str,
    evaluation: Evaluation,
    *,
    message: str = "",
    masks: MaskClass | None = None,
    registry: Registry,
    clock: Clock,
) -> bool:
    """The version is TRAINED; its file must be stored. False, and nothing changes, without the lease."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, bool]:
        model = _held(record, version, worker)
        if model is None:
            return record, False
        trained = moved(model, ModelStatus.TRAINED, reason=message, at=clock())
        return record.with_model(replace(trained, evaluation=evaluation, masks=masks)), True

    return change(project, decide, registry=registry, clock=clock)


def fail_training(project: str, version: int, worker: str, reason: str, *, registry: Registry, clock: Clock) -> bool:
    """The version is TRAINING_FAILED with this reason. False, and nothing changes, without the lease."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, bool]:
        model = _held(record, version, worker)
        if model is None:
            return record, False
        return record.with_model(moved(model, ModelStatus.TRAINING_FAILED, reason=reason, at=clock())), True

    return change(project, decide, registry=registry, clock=clock)


def release_lease(project: str, version: int, worker: str, *, registry: Registry, clock: Clock) -> None:
    """Let another worker train the version; nothing changes without the lease."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, None]:
        model = _held(record, version, worker)
        return (record if model is None else record.with_model(replace(model, lease=None))), None

    change(project, decide, registry=registry, clock=clock)


def fail_overdue_trainings(*, registry: Registry, clock: Clock) -> list[ModelVersion]:
    """The versions whose worker is gone, or never came: each is TRAINING_FAILED now.

    A project that cannot be read does not affect the others; the errors of all are raised at the end, as an
    ExceptionGroup that names the projects.
    """
    overdue: list[ModelVersion] = []
    errors: dict[str, Exception] = {}
    for project in registry.of_kind(Kind.TRAINING):
        try:
            overdue += _fail_if_overdue(project, registry, clock)
        except Exception as error:  # noqa: BLE001 - raised below, after the other projects
            errors[project] = error
    for model in overdue:
        log_event("training failed", project=model.project, version=model.version, reason=model.status_message)
    if errors:
        named = ", ".join(list(errors)[:NAMED])
        raise ExceptionGroup(f"trainings of {len(errors)} projects could not be checked: {named}", [*errors.values()])
    return overdue


def _fail_if_overdue(project: str, registry: Registry, clock: Clock) -> list[ModelVersion]:
    def decide(record: ProjectRecord) -> tuple[ProjectRecord, list[ModelVersion]]:
        model = record.training
        reason = None if model is None else _overdue(model, clock())
        if model is None or reason is None:
            return record, []
        failed = moved(model, ModelStatus.TRAINING_FAILED, reason=reason, at=clock())
        return record.with_model(failed), [failed]

    return change(project, decide, registry=registry, clock=clock)


def _overdue(model: ModelVersion, now: datetime) -> str | None:
    """Why nobody trains this version any more; None if somebody may."""
    if model.lease is None:
        late = now - model.created_at > LONGEST_WAIT
        return f"no worker began within {LONGEST_WAIT}: create another version" if late else None
    if now <= model.lease.until:
        return None
    return (
        f"its worker stopped at {model.lease.progress:.0%}, soon after {model.lease.until - LEASE:%Y-%m-%dT%H:%M:%SZ}:"
        " look at the log of train_model, then create another version"
    )


def _in_training(record: ProjectRecord, version: int) -> ModelVersion | None:
    model = record.models.get(version)
    return model if model is not None and model.status is ModelStatus.TRAINING else None


def _held(record: ProjectRecord, version: int, worker: str) -> ModelVersion | None:
    """The version in training, if its lease is this worker's."""
    model = _in_training(record, version)
    return model if model is not None and model.lease is not None and model.lease.worker == worker else None
