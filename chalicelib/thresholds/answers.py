"""What the API answers of thresholds, as JSON."""

from typing import TypedDict

from chalicelib.thresholds.move import Thresholds
from chalicelib.vision.binomial import upper_bound
from chalicelib.vision.costs import Expectation, Range, Step, expectation


class MistakesAnswer(TypedDict):
    """`count` of `of` images, and the share that is exceeded with 5 % probability at most (exact, one-sided)."""

    count: int
    of: int
    upper: float


class ExpectationAnswer(TypedDict):
    """Of 1,000 parts: how many escape, how many good ones are rejected, and what that costs."""

    escaped: float
    rejected: float
    cost: float


class StepAnswer(TypedDict):
    """A threshold and its mistakes on images that the version had not learned from; `expected` if there are prices."""

    threshold: float
    escapes: MistakesAnswer
    false_rejects: MistakesAnswer
    expected: ExpectationAnswer | None


class RangeAnswer(TypedDict):
    """From `low` to `high`."""

    low: float
    high: float


class BestAnswer(TypedDict):
    """The cheapest step, the thresholds that would be cheapest in 95 % of resamples, and what it saves in 1,000 parts.

    `savings` is the range of that in the resamples.
    """

    step: StepAnswer
    thresholds: RangeAnswer
    saving: float
    savings: RangeAnswer


class ThresholdsAnswer(TypedDict):
    """The present step, and those that no other beats in both kinds of mistakes; `best` if there are prices."""

    version: int
    now: StepAnswer
    steps: list[StepAnswer]
    best: BestAnswer | None


def thresholds_as_json(found: Thresholds) -> ThresholdsAnswer:
    """What there is to choose from."""
    return {
        "version": found.model.version,
        "now": step_as_json(found.now, found),
        "steps": [step_as_json(each, found) for each in found.steps],
        "best": _best(found),
    }


def _best(found: Thresholds) -> BestAnswer | None:
    best = found.best
    if best is None:
        return None
    return {
        "step": step_as_json(best.step, found),
        "thresholds": _range(best.thresholds),
        "saving": best.saving,
        "savings": _range(best.savings),
    }


def step_as_json(step: Step, found: Thresholds) -> StepAnswer:
    """A threshold and its mistakes."""
    costs, held = found.costs, found.held
    return {
        "threshold": step.threshold,
        "escapes": _mistakes(step.escapes, len(held.anomalies)),
        "false_rejects": _mistakes(step.rejects, len(held.normals)),
        "expected": None if costs is None else _expected(expectation(step, held, costs)),
    }


def _mistakes(count: int, of: int) -> MistakesAnswer:
    return {"count": count, "of": of, "upper": round(upper_bound(count, of), 6)}


def _expected(expected: Expectation) -> ExpectationAnswer:
    return {"escaped": expected.escaped, "rejected": expected.rejected, "cost": expected.cost}


def _range(of: Range) -> RangeAnswer:
    return {"low": of.low, "high": of.high}
