"""Set who promotes the proposed versions of a project, a person or the policy; and let the policy act.

It acts when a comparison that proposes a version has come to its end. That it promoted is committed together with the
start of the version, so a worker that dies anywhere is followed by one who sees it, and it acts once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_event
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change import change
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.errors import Conflict, NoSuchResource, ResourceType
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.policy import USUAL_BAD_PARTS, USUAL_IMAGES, PromotionPolicy
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.switch import Switch, SwitchKind
from chalicelib.promotion.decision import Decision, objections, speaks_for
from chalicelib.promotion.domain import MOST_IMAGES, Comparison, Outcome
from chalicelib.promotion.ports import Comparisons


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The least that a comparison must have for a promotion without a person."""

    images: int = USUAL_IMAGES
    bad_parts: int = USUAL_BAD_PARTS


def set_policy(
    project: str, least: Least | None, grant: Grant, *, registry: Registry, clock: Clock
) -> PromotionPolicy | None:
    """Let the policy promote on so much, or with None let people decide again. To set the same again changes nothing.

    `InvalidRequest`, `NoSuchResource`.
    """
    require_allowed(Operation.SET_PROMOTION_POLICY, grant, project)
    for name, value in () if least is None else (("images", least.images), ("bad_parts", least.bad_parts)):
        if not 1 <= value <= MOST_IMAGES:
            raise InvalidRequest((name, f"must be 1 to {MOST_IMAGES}"))

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, PromotionPolicy | None]:
        known = record.existing()
        if _least_of(known.policy) == least:
            return record, known.policy
        policy = None if least is None else _policy(least, grant, clock)
        return replace(record, project=replace(known, policy=policy)), policy

    return change(project, decide, registry=registry, clock=clock)


def _least_of(policy: PromotionPolicy | None) -> Least | None:
    return None if policy is None else Least(images=policy.images, bad_parts=policy.bad_parts)


def _policy(least: Least, grant: Grant, clock: Clock) -> PromotionPolicy:
    return PromotionPolicy(images=least.images, bad_parts=least.bad_parts, set_by=grant.key_id, set_at=clock())


def show_policy(project: str, grant: Grant, *, registry: Registry) -> PromotionPolicy | None:
    """The policy of a project; None if people decide."""
    require_allowed(Operation.DESCRIBE_PROMOTION_POLICY, grant, project)
    return registry.find(project).existing().policy


def decide(
    comparison: Comparison,
    outcome: Outcome,
    *,
    comparisons: Comparisons,
    registry: Registry,
    promote_by_policy: Callable[..., None],
    clock: Clock,
) -> None:
    """Have the project's policy decide on this outcome, unless it has, and keep what it decided and why."""
    known = registry.find(comparison.project).project
    policy = None if known is None else known.policy
    if not comparison.proposes or policy is None or comparison.asked_at < policy.set_at:
        return
    if comparisons.decision(comparison) is not None:
        return
    reasons = objections(outcome, policy) or _promoted(comparison, outcome, promote_by_policy)
    promoted = not reasons
    shown = (speaks_for(outcome),) if promoted else reasons
    comparisons.put_decision(comparison, Decision(promoted=promoted, reasons=shown, decided_at=clock()))
    log_event(
        "the promotion policy decided",
        project=comparison.project,
        comparison=comparison.comparison_id,
        promoted=promoted,
        reason="; ".join(shown),
    )


def _promoted(comparison: Comparison, outcome: Outcome, promote_by_policy: Callable[..., None]) -> tuple[str, ...]:
    """Why the version could not be promoted; nothing if it is."""

    def evidence(candidate: ModelVersion, hosted: ModelVersion) -> Switch:
        if hosted.version != comparison.hosted:
            message = f"it was compared with version {comparison.hosted}; now version {hosted.version} is hosted"
            raise Conflict(candidate.resource_id, ResourceType.MODEL, message)
        return Switch(
            kind=SwitchKind.PROMOTION,
            over=hosted.version,
            comparison=comparison.comparison_id,
            figures=outcome.figures,
            reason=speaks_for(outcome),
        )

    try:
        promote_by_policy(comparison.project, comparison.candidate, comparison.comparison_id, evidence=evidence)
    except (Conflict, NoSuchResource) as error:
        return (str(error),)
    return ()
