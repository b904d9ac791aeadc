"""Have a version judge in the shadow: say what it takes, start it, stop it, and show what it judges.

The shadow run is part of the project's record. A rule of the bus sends the hosted version's verdicts to a queue of
its own while it runs; the line knows nothing of it. The record is committed before the rule is made, and before it is
removed: a call that dies in between is repeated, and a message of a rule that was left has it removed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_event, readable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.core.verdict import Label
from chalicelib.projects.change import change
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry
from chalicelib.projects.promote import hosted
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.shadow import Shadow
from chalicelib.promotion.compare import require_file
from chalicelib.promotion.domain import MOST_IMAGES, Outcome, outcome_of
from chalicelib.promotion.subjects import Archive
from chalicelib.shadow.ports import ShadowRules, ShadowVerdicts

USUAL_SHADOW_IMAGES = 1_000
USUAL_HOURS, MOST_HOURS = 24, 31 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShadow:
    """The version, and when it ends: after so many images or hours, whichever is first."""

    version: str
    images: int = USUAL_SHADOW_IMAGES
    hours: int = USUAL_HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowing:
    """What the use cases work on."""

    registry: Registry
    verdicts: ShadowVerdicts
    rules: ShadowRules
    archive: Archive
    clock: Clock


@dataclass(frozen=True, slots=True)
class ShadowProgress:
    """A shadow run, how many images it has judged, and what it shows beside the hosted version."""

    shadow: Shadow
    judged: int
    outcome: Outcome


def estimate_shadow(project: str, wanted: NewShadow, grant: Grant, *, shadowing: Shadowing) -> float:
    """The seconds of one core that a shadow run takes, by the inspections of the last day. Errors as of a start."""
    require_allowed(Operation.START_SHADOW, grant, project)
    record, now = shadowing.registry.find(project), shadowing.clock()
    _new(record, wanted, grant, now)
    return wanted.images * shadowing.archive.seconds_of_one(project, now - timedelta(days=1), now)


def start_shadow(project: str, wanted: NewShadow, grant: Grant, *, shadowing: Shadowing) -> Shadow:
    """The shadow run. The same call again makes sure that it gets images.

    `Conflict` if the version has no file or is the hosted one, if none is hosted, or while another one runs.
    """
    require_allowed(Operation.START_SHADOW, grant, project)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Shadow]:
        new, known = _new(record, wanted, grant, shadowing.clock()), record.existing()
        if known.shadow is None or not known.shadow.runs(shadowing.clock()):
            return replace(record, project=replace(known, shadow=new)), new
        if (known.shadow.version, known.shadow.images) != (new.version, new.images):
            message = f"version {known.shadow.version} runs in the shadow: wait until it has ended, or stop it"
            raise Conflict(project, ResourceType.PROJECT, message)
        return record, known.shadow

    shadow = change(project, decide, registry=shadowing.registry, clock=shadowing.clock)
    shadowing.rules.open(project)
    return shadow


def _new(record: ProjectRecord, wanted: NewShadow, grant: Grant, now: datetime) -> Shadow:
    for name, value, most in (("images", wanted.images, MOST_IMAGES), ("hours", wanted.hours, MOST_HOURS)):
        if not 1 <= value <= most:
            raise InvalidRequest((name, f"must be 1 to {most}"))
    live, model = hosted(record), record.model(wanted.version)
    require_file(model)
    if model.version == live.version:
        message = f"version {model.version} is the hosted one: it judges every image already"
        raise Conflict(model.resource_id, ResourceType.MODEL, message)
    return Shadow(
        version=model.version,
        hosted=live.version,
        images=wanted.images,
        until=now + timedelta(hours=wanted.hours),
        started_by=grant.key_id,
        started_at=now,
    )


def stop_shadow(project: str, grant: Grant, *, shadowing: Shadowing) -> Shadow:
    """The shadow run that is stopped now, or has ended before. `NotFound` if there never was one."""
    require_allowed(Operation.STOP_SHADOW, grant, project)
    shadow = _existing(shadowing.registry.find(project))
    return end_shadow(project, shadow, f"{grant.key_id} stopped it", shadowing=shadowing)


def end_shadow(project: str, shadow: Shadow, reason: str, *, shadowing: Shadowing) -> Shadow:
    """End this shadow run, unless it has ended, and have no more images sent."""

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Shadow]:
        known, now = record.existing(), shadowing.clock()
        if known.shadow is None or known.shadow.shadow_id != shadow.shadow_id or known.shadow.ended_at is not None:
            return record, known.shadow or shadow
        ended = replace(known.shadow, ended_at=now, end=reason)
        return replace(record, project=replace(known, shadow=ended)), ended

    ended = change(project, decide, registry=shadowing.registry, clock=shadowing.clock)
    close_rule(project, shadowing)
    log_event("shadow run ended", project=project, version=shadow.version, reason=reason)
    return ended


def close_rule(project: str, shadowing: Shadowing) -> None:
    """Have no more images sent; again if another shadow run began meanwhile."""
    shadowing.rules.close(project)
    known = shadowing.registry.find(project).project
    if known is not None and known.shadow is not None and known.shadow.runs(shadowing.clock()):
        shadowing.rules.open(project)


def show_shadow(project: str, grant: Grant, *, shadowing: Shadowing) -> ShadowProgress:
    """The last shadow run, as it stands now, with the reviews as they are now. `NotFound` if there never was one."""
    require_allowed(Operation.DESCRIBE_SHADOW, grant, project)
    shadow = _existing(shadowing.registry.find(project))
    labels = _labels(project, shadow, shadowing.archive)
    judged = [
        replace(each, label=labels.get(each.inspection_id))
        for each in shadowing.verdicts.all(project, shadow.shadow_id)
    ]
    return ShadowProgress(shadow, len(judged), outcome_of(judged, shadow.ended_at or shadow.until))


def _existing(record: ProjectRecord) -> Shadow:
    shadow = record.existing().shadow
    if shadow is None:
        raise NotFound(f"no version of project {record.name} ran in the shadow")
    return shadow


def _labels(project: str, shadow: Shadow, archive: Archive) -> dict[str, Label]:
    found = readable(archive.reviews.of_project(project, shadow.started_at))
    return {each.inspection_id: each.label for each in found}


def last_shadow(project: str, shadowing: Shadowing) -> Shadow | None:
    """The last shadow run of a project; None if there never was one, or no project."""
    known = shadowing.registry.find(project).project
    return None if known is None else known.shadow
