"""Comparisons from the operator's side: wait for one, and say what it takes and what it found."""

from collections.abc import Callable, Iterator
from time import sleep

from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.promotion.answers import share_done
from chalicelib.promotion.compare import Progress
from chalicelib.promotion.domain import Comparison, Outcome, Plan, Share
from chalicelib.promotion.wiring import PromotionWiring
from linewatch.cost.replay import cost_of
from linewatch.operate.operator import operator_grant

PAUSE = 1.0
"""Seconds between two looks at a comparison."""
WORKERS = 5
"""Workers of a stage whose setting `ReplayConcurrency` is the default."""


def price(plan: Plan) -> float:
    """What a comparison costs, in USD."""
    return cost_of(plan.images, plan.seconds, plan.parts)


def effort(plan: Plan) -> str:
    """What a comparison takes, in words."""
    minutes = max(1, round(plan.seconds / WORKERS / 60))
    return (
        f"images: {plan.images}, with a review: {plan.reviewed}; about {minutes} min with {WORKERS} workers,"
        f" {price(plan):.2f} USD"
    )


def wait_until_ended(
    promotion: PromotionWiring,
    comparison: Comparison,
    seen: Callable[[float], object],
    pause: Callable[[float], object] = sleep,
) -> Progress:
    """Wait while images are judged; `seen` gets the progress, 0 to 1."""
    grant = operator_grant(comparison.project)
    while True:
        progress: Progress = promotion.show_comparison(comparison.project, comparison.comparison_id, grant)
        seen(share_done(progress))
        if progress.outcome is not None:
            return progress
        pause(PAUSE)


def summary(comparison: Comparison, outcome: Outcome) -> Iterator[str]:
    """What a comparison found, line by line."""
    if outcome.failure:
        yield f"the comparison failed: {outcome.failure}"
        return
    yield from of_versions(comparison.candidate, comparison.hosted, outcome)


def of_versions(candidate: int, hosted: int, outcome: Outcome) -> Iterator[str]:
    """What two versions say of the same images, line by line."""
    figures = outcome.figures
    if figures is None:
        return
    yield f"{figures.images} images judged by version {candidate} and by version {hosted}"
    if outcome.gone or outcome.unjudged:
        yield f"{outcome.gone} images were removed meanwhile, {outcome.unjudged} got no verdict"
    yield from _lines_of_version(f"version {candidate}", figures.candidate, figures)
    yield from _lines_of_version(f"version {hosted}", figures.hosted, figures)
    yield f"{figures.now_stopped} parts would now be stopped, {figures.now_passed} would now pass"


def _lines_of_version(name: str, counts: VersionCounts, figures: Figures) -> Iterator[str]:
    yield f"{name}: stops {_share(counts.stopped, figures.images)}"
    if figures.bad:
        yield f"{name}: escapes {_share(counts.escapes, figures.bad)} of the parts that a person called anomalous"
    if figures.good:
        yield f"{name}: false rejects {_share(counts.false_rejects, figures.good)} of those that a person called normal"


def _share(count: int, of: int) -> str:
    share = Share.of_counts(count, of)
    return f"{count} of {of} ({share.lower:.1%} to {share.upper:.1%})"
