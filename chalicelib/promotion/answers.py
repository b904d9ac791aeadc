"""What the API and the commands answer of comparisons and versions, as JSON."""

from datetime import datetime

from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.policy import PromotionPolicy
from chalicelib.promotion.compare import Progress
from chalicelib.promotion.decision import Decision
from chalicelib.promotion.domain import Comparison, Judged, Outcome, Plan, Share, Unlearned, no_worse
from chalicelib.promotion.labels import LEARNED, Learned
from chalicelib.promotion.retrain import Retrained
from chalicelib.promotion.shapes import (
    ComparisonAnswer,
    DecisionAnswer,
    FiguresAnswer,
    FlipAnswer,
    LearnedAnswer,
    OutcomeAnswer,
    PlanAnswer,
    PolicyAnswer,
    ProgressAnswer,
    RetrainedAnswer,
    ShareAnswer,
    State,
    UnlearnedAnswer,
    VersionAnswer,
    VersionCountsAnswer,
)


def comparison_as_json(comparison: Comparison) -> ComparisonAnswer:
    """What is compared. Times are UTC."""
    return {
        "comparison_id": comparison.comparison_id,
        "project": comparison.project,
        "candidate": comparison.candidate,
        "hosted": comparison.hosted,
        "from": _text(comparison.since),
        "most_images": comparison.images,
        "asked_by": comparison.asked_by,
        "asked_at": _text(comparison.asked_at),
        "proposes": comparison.proposes,
    }


def progress_as_json(progress: Progress, *, flips: bool = True) -> ProgressAnswer:
    """How it stands: `waiting` for a plan, `running`, `ended` or `failed`; the images with other verdicts if wanted."""
    plan, outcome = progress.plan, progress.outcome
    return {
        **comparison_as_json(progress.comparison),
        "state": state_of(progress),
        "plan": None if plan is None else plan_as_json(plan),
        "progress": share_done(progress),
        "outcome": None if outcome is None else _outcome(outcome, flips=flips),
        "decision": None if progress.decision is None else _decision(progress.decision),
    }


def _decision(decision: Decision) -> DecisionAnswer:
    return {
        "promoted": decision.promoted,
        "reasons": list(decision.reasons),
        "decided_at": _text(decision.decided_at),
    }


def state_of(progress: Progress) -> State:
    """The state in a word."""
    if progress.outcome is not None:
        return "failed" if progress.outcome.failure else "ended"
    return "waiting" if progress.plan is None else "running"


def share_done(progress: Progress) -> float:
    """How much of it is done, 0 to 1."""
    if progress.outcome is not None:
        return 1.0
    return 0.0 if progress.plan is None else round(progress.judged / max(1, progress.plan.parts), 4)


def plan_as_json(plan: Plan) -> PlanAnswer:
    """How much there is to do."""
    return {
        "images": plan.images,
        "reviewed": plan.reviewed,
        "predictions": plan.predictions,
        "seconds": plan.seconds,
        "unreadable": plan.unreadable,
    }


def _outcome(outcome: Outcome, *, flips: bool) -> OutcomeAnswer:
    figures = outcome.figures
    answer: OutcomeAnswer = {
        "ended_at": _text(outcome.ended_at),
        "failure": outcome.failure or None,
        "gone": outcome.gone,
        "unjudged": outcome.unjudged,
        "figures": None if figures is None else figures_as_json(figures),
        "unlearned": None if outcome.unlearned is None else _unlearned(outcome.unlearned),
        "no_worse": None if figures is None else no_worse(figures),
    }
    if flips:
        answer["flips"] = [flip_as_json(each) for each in outcome.flips]
    return answer


def _unlearned(unlearned: Unlearned) -> UnlearnedAnswer:
    return {
        "figures": figures_as_json(unlearned.figures),
        "better": unlearned.better,
        "worse": unlearned.worse,
    }


def policy_as_json(project: str, policy: PromotionPolicy | None) -> PolicyAnswer:
    """Who promotes: a person, or the policy."""
    return {
        "project": project,
        "promotes": "person" if policy is None else "policy",
        "images": None if policy is None else policy.images,
        "bad_parts": None if policy is None else policy.bad_parts,
        "set_by": None if policy is None else policy.set_by,
        "set_at": None if policy is None else _text(policy.set_at),
    }


def figures_as_json(figures: Figures) -> FiguresAnswer:
    """The counts, each with the bounds of its share."""
    return {
        "images": figures.images,
        "reviewed": {"anomalous": figures.bad, "normal": figures.good},
        "candidate": _version_counts(figures.candidate, figures),
        "hosted": _version_counts(figures.hosted, figures),
        "now_stopped": _share(figures.now_stopped, figures.images),
        "now_passed": _share(figures.now_passed, figures.images),
    }


def _version_counts(counts: VersionCounts, figures: Figures) -> VersionCountsAnswer:
    return {
        "stopped": _share(counts.stopped, figures.images),
        "escapes": _share(counts.escapes, figures.bad),
        "false_rejects": _share(counts.false_rejects, figures.good),
    }


def _share(count: int, of: int) -> ShareAnswer:
    share = Share.of_counts(count, of)
    return {"count": count, "of": of, "lower": round(share.lower, 6), "upper": round(share.upper, 6)}


def flip_as_json(judged: Judged) -> FlipAnswer:
    """An image that only one of two versions stops."""
    return {
        "inspection_id": judged.inspection_id,
        "key": judged.key,
        "label": judged.label,
        "candidate": judged.candidate,
        "hosted": judged.hosted,
    }


def version_as_json(version: ModelVersion) -> VersionAnswer:
    """A version that takes another one's place."""
    switch = version.switch
    return {
        "project": version.project,
        "version": version.version,
        "status": version.status,
        "message": version.status_message,
        "replaces": None if switch is None else switch.over,
        "comparison": None if switch is None else switch.comparison,
        "figures": None if switch is None or switch.figures is None else figures_as_json(switch.figures),
    }


def learned_as_json(learned: Learned) -> LearnedAnswer:
    """The reviews that are learned from, and those that contradict the data set and are not."""
    return LEARNED.dump_python(learned, mode="json")  # type: ignore[no-any-return]


def retrained_as_json(retrained: Retrained) -> RetrainedAnswer:
    """The version that is being trained, and what it learns."""
    version = retrained.version
    return {
        "project": version.project,
        "version": version.version,
        "status": version.status,
        **learned_as_json(retrained.learned),
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
