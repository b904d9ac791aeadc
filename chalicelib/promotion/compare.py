"""Begin a comparison, say what it takes, and show how it stands."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.core.image import is_id
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.promotion.decision import Decision
from chalicelib.promotion.domain import (
    MOST_DAYS,
    MOST_IMAGES,
    USUAL_DAYS,
    USUAL_IMAGES,
    Comparison,
    Outcome,
    Plan,
    Replay,
    id_of,
    is_about,
    since,
)
from chalicelib.promotion.ports import Comparisons, ReplayQueue
from chalicelib.promotion.subjects import Archive

LISTED = 20
"""The most comparisons of a list."""
UNDER_WAY = timedelta(hours=1)
"""How long the same request is taken for the repetition of an earlier one that has not ended."""

_S = ModelStatus
_WITH_FILE = frozenset({_S.TRAINED, _S.STARTING_HOSTING, _S.HOSTED, _S.HOSTING_FAILED, _S.STOPPING_HOSTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The version to compare, with which one (without `against` the hosted one), and on how many images and days.

    `proposes` says that it is to be promoted if it proves itself and the project has a policy for that.
    """

    version: str
    against: str | None = None
    days: int = USUAL_DAYS
    images: int = USUAL_IMAGES
    proposes: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How a comparison stands. It has no plan before a worker has made one, and no outcome before all is judged."""

    comparison: Comparison
    plan: Plan | None
    judged: int
    """Parts."""
    outcome: Outcome | None
    decision: Decision | None = None
    """Of the project's promotion policy, if it had one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """What the use cases work on."""

    registry: Registry
    comparisons: Comparisons
    queue: ReplayQueue
    archive: Archive
    clock: Clock


def estimate(project: str, wanted: Wanted, grant: Grant, *, comparing: Comparing) -> Plan:
    """How much a comparison would be; nothing is stored. Errors as of `begin_comparison`."""
    require_allowed(Operation.COMPARE_MODELS, grant, project)
    return comparing.archive.subjects(_new(project, wanted, grant.key_id, comparing)).plan


def begin_comparison(project: str, wanted: Wanted, grant: Grant, *, comparing: Comparing) -> Comparison:
    """Have two versions compared. A comparison of the two that is not over is gone on with, not begun again.

    `Conflict` if a version has no file or there is none to compare with, `NoSuchResource`, `InvalidRequest`.
    """
    require_allowed(Operation.COMPARE_MODELS, grant, project)
    new = _new(project, wanted, grant.key_id, comparing)
    comparison = _under_way(new, comparing) or new
    if comparison is new:
        comparing.comparisons.add(new)
    comparing.queue.send([Replay(project=project, comparison_id=comparison.comparison_id)])
    return comparison


def _new(project: str, wanted: Wanted, asked_by: str, comparing: Comparing) -> Comparison:
    _require_size(wanted)
    record, now = comparing.registry.find(project), comparing.clock()
    candidate = record.model(wanted.version)
    hosted = _to_compare_with(record, candidate) if wanted.against is None else record.model(wanted.against)
    if candidate.version == hosted.version:
        message = f"must be another one than version {hosted.version}, with which it is compared"
        raise InvalidRequest(("version", message))
    for each in (candidate, hosted):
        require_file(each)
    return Comparison(
        project=project,
        comparison_id=id_of(candidate.version, hosted.version, now),
        candidate=candidate.version,
        hosted=hosted.version,
        since=since(now, wanted.days),
        images=wanted.images,
        asked_by=asked_by,
        asked_at=now,
        proposes=wanted.proposes,
    )


def _require_size(wanted: Wanted) -> None:
    if not 1 <= wanted.days <= MOST_DAYS:
        raise InvalidRequest(("days", f"must be 1 to {MOST_DAYS}"))
    if not 1 <= wanted.images <= MOST_IMAGES:
        raise InvalidRequest(("images", f"must be 1 to {MOST_IMAGES}"))


def _to_compare_with(record: ProjectRecord, candidate: ModelVersion) -> ModelVersion:
    """The hosted version or, while none is, the one that was hosted last."""
    found = record.live_or_last_used
    if found is None:
        message = f"no version of project {record.name} was ever hosted: name one to compare with"
        raise Conflict(candidate.resource_id, ResourceType.MODEL, message)
    return found


def require_file(model: ModelVersion) -> None:
    """Raise `Conflict` unless the version has a model that can judge images."""
    if model.status not in _WITH_FILE:
        message = f"version {model.version} of project {model.project} is {model.status}: it has no model to compare"
        raise Conflict(model.resource_id, ResourceType.MODEL, message)


def _under_way(new: Comparison, comparing: Comparing) -> Comparison | None:
    for comparison_id in comparing.comparisons.ids(new.project):
        if is_about(comparison_id, new.candidate, new.hosted):
            found = comparing.comparisons.find(new.project, comparison_id)
            same = found is not None and _wish(found) == _wish(new) and new.asked_at - found.asked_at < UNDER_WAY
            return found if found and same and comparing.comparisons.outcome(found) is None else None
    return None


def _wish(comparison: Comparison) -> tuple[int, timedelta, bool]:
    return comparison.images, comparison.asked_at - comparison.since, comparison.proposes


def show_comparison(project: str, comparison_id: str, grant: Grant, *, comparing: Comparing) -> Progress:
    """How a comparison stands. `NotFound` if there is none with this id."""
    require_allowed(Operation.DESCRIBE_COMPARISON, grant, project)
    comparison = comparing.comparisons.find(project, comparison_id) if is_id(comparison_id) else None
    if comparison is None:
        raise NotFound(f"project {project} has no comparison {comparison_id}")
    return _progress(comparison, comparing)


def list_comparisons(project: str, grant: Grant, *, comparing: Comparing) -> list[Progress]:
    """The newest comparisons of a project, the newest first."""
    require_allowed(Operation.LIST_COMPARISONS, grant, project)
    comparing.registry.find(project).existing()
    ids = comparing.comparisons.ids(project)[:LISTED]
    found = (comparing.comparisons.find(project, comparison_id) for comparison_id in ids)
    return [_progress(each, comparing) for each in found if each is not None]


def _progress(comparison: Comparison, comparing: Comparing) -> Progress:
    files = comparing.comparisons
    outcome, plan = files.outcome(comparison), files.plan(comparison)
    judged = 0 if plan is None else plan.parts if outcome else len(files.judged_parts(comparison))
    decision = files.decision(comparison) if comparison.proposes and outcome else None
    return Progress(comparison, plan, judged, outcome, decision)
