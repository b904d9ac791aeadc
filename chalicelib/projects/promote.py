"""Put one version in the place of the hosted one: promote it, or roll back to the one before.

The version starts, by the rules of any start, with the units of the hosted one. `follow_hosting` tests it, has the
pipeline use it, and then, in one commit, makes it HOSTED and stops the other. Until then the other stays as it is.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.access.domain import Grant, Role
from chalicelib.core.clock import Clock
from chalicelib.projects.change import Decide, change
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.in_use import InUse
from chalicelib.projects.life_cycle import FOLLOWING, moved, wrong_status
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.policy import POLICY_ASKS
from chalicelib.projects.ports import HostingWaker, Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.switch import Switch, SwitchKind

type Evidence = Callable[[ModelVersion, ModelVersion], Switch]
"""Makes the switch to a version from the hosted one, with the figures that speak for it; or raises why not."""


def hosted(record: ProjectRecord) -> ModelVersion:
    """The version that the pipeline uses. `Conflict` if none is hosted, or if that is just changing."""
    record.existing()
    live = record.live
    if live is None:
        message = f"project {record.name} has no hosted version: start one with StartModel"
        raise Conflict(record.name, ResourceType.PROJECT, message)
    if live.status is not ModelStatus.HOSTED:
        raise wrong_status(live, "another version cannot take its place now")
    return live


def promote_model(
    project: str,
    version: str,
    grant: Grant,
    *,
    evidence: Evidence,
    registry: Registry,
    waker: HostingWaker,
    clock: Clock,
) -> ModelVersion:
    """The version as it is STARTING_HOSTING; it is HOSTED, or HOSTING_FAILED while the other one stays hosted.

    `Conflict` unless it is trained and another one is hosted, or for what `evidence` raises.
    """
    require_allowed(Operation.PROMOTE_MODEL, grant, project)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(version)
        if _switches(model, SwitchKind.PROMOTION):
            return record, model
        return _started(record, model, hosted(record), evidence, grant, clock)

    return _changed(project, decide, registry=registry, waker=waker, clock=clock)


def roll_back_model(
    project: str, grant: Grant, *, registry: Registry, waker: HostingWaker, clock: Clock
) -> ModelVersion:
    """The version that was hosted before the last promotion, as it is STARTING_HOSTING.

    After a second roll back it is the one before that. `Conflict` if there is none.
    """
    require_allowed(Operation.ROLL_BACK_MODEL, grant, project)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        if record.live is not None and _switches(record.live, SwitchKind.ROLL_BACK):
            return record, record.live
        live = hosted(record)
        before = None if live.before is None else record.models.get(live.before)
        if before is None:
            raise Conflict(live.resource_id, ResourceType.MODEL, _nothing_before(live))
        return _started(record, before, live, _back, grant, clock)

    return _changed(project, decide, registry=registry, waker=waker, clock=clock)


def promote_by_policy(
    project: str,
    version: int,
    comparison: str,
    *,
    evidence: Evidence,
    registry: Registry,
    waker: HostingWaker,
    clock: Clock,
) -> None:
    """The same by the project's policy, on this comparison; once, however often it is called.

    That it acted is committed with the start. `Conflict` too if people decide now, or if it has acted on a later one.
    """
    grant = Grant(POLICY_ASKS, Role.OPERATOR, project)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        known, model = record.existing(), record.model(str(version))
        if known.policy is None or known.policy.settled > comparison:
            message = f"the policy of project {project} was ended, or has promoted by a later comparison"
            raise Conflict(model.resource_id, ResourceType.MODEL, message)
        if known.policy.settled == comparison:
            return record, model
        after, started = _started(record, model, hosted(record), evidence, grant, clock)
        return replace(after, project=replace(known, policy=replace(known.policy, settled=comparison))), started

    _changed(project, decide, registry=registry, waker=waker, clock=clock)


def ended(record: ProjectRecord, version: int, *, at: datetime) -> ProjectRecord:
    """The record after this version became HOSTED: what it takes the place of stops."""
    model = record.models[version]
    if model.switch is None:
        return record
    switch, other = model.switch, record.models.get(model.switch.over)
    before = switch.over if switch.kind is SwitchKind.PROMOTION else model.before
    record = record.with_model(replace(model, switch=None, before=before))
    if other is None or other.status is not ModelStatus.HOSTED:
        return record
    stopping = moved(other, ModelStatus.STOPPING_HOSTING, at=at)
    return record.with_model(replace(stopping, asked_by=model.asked_by))


def with_version_in_use(record: ProjectRecord, *, at: datetime) -> ProjectRecord:
    """The record after its hosting changed: if the line uses another version now, it does so since then."""
    live, project = record.live, record.project
    if project is None or live is None or live.status is not ModelStatus.HOSTED:
        return record
    if project.in_use is not None and project.in_use.version == live.version:
        return record
    return replace(record, project=replace(project, in_use=InUse(version=live.version, since=at)))


def _changed(
    project: str, decide: Decide[ModelVersion], *, registry: Registry, waker: HostingWaker, clock: Clock
) -> ModelVersion:
    model = change(project, decide, registry=registry, clock=clock)
    waker.wake(project)
    return model


def _switches(model: ModelVersion, kind: SwitchKind) -> bool:
    """Whether this was asked for already: the same call may come twice."""
    starting = model.status is ModelStatus.STARTING_HOSTING
    return starting and model.switch is not None and model.switch.kind is kind


def _back(_before: ModelVersion, live: ModelVersion) -> Switch:
    return Switch(kind=SwitchKind.ROLL_BACK, over=live.version)


def _started(
    record: ProjectRecord, model: ModelVersion, live: ModelVersion, evidence: Evidence, grant: Grant, clock: Clock
) -> tuple[ProjectRecord, ModelVersion]:
    if model.version == live.version:
        message = f"version {model.version} of project {model.project} is the hosted one already"
        raise Conflict(model.resource_id, ResourceType.MODEL, message)
    if ModelStatus.STARTING_HOSTING not in FOLLOWING[model.status]:
        raise wrong_status(model, f"it cannot take the place of version {live.version}")
    now = clock()
    started = replace(
        moved(model, ModelStatus.STARTING_HOSTING, at=now),
        started_at=now,
        min_inference_units=live.min_inference_units,
        max_inference_units=live.max_inference_units,
        asked_by=grant.key_id,
        switch=evidence(model, live),
    )
    return record.with_model(started), started


def _nothing_before(live: ModelVersion) -> str:
    if live.before is None:
        return f"version {live.version} took no other version's place: there is none to roll back to"
    return f"version {live.before}, which version {live.version} replaced, was deleted: start another one"
