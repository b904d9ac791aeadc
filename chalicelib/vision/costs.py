"""What thresholds cost, by what a detector said of images that it had not learned from.

An image is stopped if its probability is above the threshold. So the counts of mistakes change only where a threshold
passes one of the images' own probabilities.
"""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PARTS = 1000
"""Costs are those of so many parts."""
RESAMPLES = 400
TAIL = 0.025
"""The share of resamples beyond each end of an interval: it holds 95 % of them."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What mistakes cost, in any one currency, and how many parts are defective."""

    escape: float
    reject: float  # of a good part
    defect_share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The present threshold, and the anomaly probabilities of normal images and of anomalies, each left out."""

    threshold: float
    normals: Sequence[float]
    anomalies: Sequence[float]


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold, and the mistakes that it makes: anomalies passed and normals stopped."""

    threshold: float
    escapes: int
    rejects: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What to expect of 1,000 parts: so many escape, so many good ones are rejected, and it costs so much."""

    escaped: float
    rejected: float
    cost: float


@dataclass(frozen=True, slots=True)
class Range:
    """An interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Best:
    """The step that costs least, and how sure that is.

    `thresholds` are those that would be best in 95 % of resamples; `saving` is what the step saves on the present
    threshold in 1,000 parts, and `savings` the range of that in the resamples.
    """

    step: Step
    thresholds: Range
    saving: float
    savings: Range


def step_at(held: HeldOut, threshold: float) -> Step:
    """The mistakes of a threshold."""
    escapes = sum(each <= threshold for each in held.anomalies)
    return Step(threshold, escapes, sum(each > threshold for each in held.normals))


def steps(held: HeldOut) -> list[Step]:
    """One threshold for each pair of counts that there can be, from the lowest on: midway between two images.

    Of one in which the present threshold lies, it is the present one.
    """
    values = sorted({*held.normals, *held.anomalies})
    ends = [0.0, *values, 1.0]
    escapes = _below([0.0, *values], held.anomalies)
    passed = _below([0.0, *values], held.normals)
    found = []
    for low, high, escaped, fine in zip(ends, ends[1:], escapes, passed, strict=False):
        middle = held.threshold if low <= held.threshold < high else (low + high) / 2
        found.append(Step(middle, escaped, len(held.normals) - fine))
    return [each for number, each in enumerate(found) if number == 0 or _counts(each) != _counts(found[number - 1])]


def sensible(held: HeldOut) -> list[Step]:
    """The steps that no other one beats in both kinds of mistakes, from the lowest threshold on."""
    found: list[Step] = []
    for each in steps(held):
        if found and each.escapes == found[-1].escapes:
            found.pop()
        if not found or each.rejects < found[-1].rejects:
            found.append(each)
    return found


def expectation(step: Step, held: HeldOut, costs: Costs) -> Expectation:
    """What to expect of 1,000 parts at a step.

    A share of mistakes is estimated as (mistakes + 1) / (images + 2), its mean if all shares were equally likely before
    (Laplace 1774): no mistake among few images does not mean none on the line.
    """
    return _expected(step.escapes, step.rejects, held, costs)


def best(held: HeldOut, costs: Costs, *, resamples: int = RESAMPLES) -> Best:
    """The step with the least expected cost that no other one beats, or the present one if it costs no more.

    How sure that is comes from the bootstrap (Efron 1979; intervals of percentiles, Efron and Tibshirani 1993, chapter
    13): normals and anomalies are each drawn again, with replacement, and the best threshold of these is looked for.
    The draws are always the same ones. ValueError without anomalies or without normals.
    """
    if not held.anomalies or not held.normals:
        raise ValueError("the cost of a threshold is known only from images of both kinds")
    all_steps = steps(held)
    present = step_at(held, held.threshold)
    candidates = [*sensible(held), present]
    chosen = min(candidates, key=lambda each: (_cost(each, held, costs), abs(each.threshold - held.threshold)))
    pairs = [_resampled(draw, all_steps, (chosen, present), costs) for draw in _draws(held, resamples)]
    thresholds, savings = zip(*pairs, strict=True)
    saving = _cost(present, held, costs) - _cost(chosen, held, costs)
    return Best(chosen, _range(thresholds), saving, _range(savings))


def _cost(step: Step, held: HeldOut, costs: Costs) -> float:
    return expectation(step, held, costs).cost


def _expected(escapes: int, rejects: int, held: HeldOut, costs: Costs) -> Expectation:
    escaped = PARTS * costs.defect_share * (escapes + 1) / (len(held.anomalies) + 2)
    rejected = PARTS * (1 - costs.defect_share) * (rejects + 1) / (len(held.normals) + 2)
    return Expectation(escaped, rejected, escaped * costs.escape + rejected * costs.reject)


def _draws(held: HeldOut, resamples: int) -> Iterator[HeldOut]:
    chance = random.Random(len(held.normals))  # noqa: S311 - for statistics
    for _ in range(resamples):
        normals = chance.choices(held.normals, k=len(held.normals))
        yield HeldOut(held.threshold, normals, chance.choices(held.anomalies, k=len(held.anomalies)))


def _resampled(
    draw: HeldOut, all_steps: Sequence[Step], compared: tuple[Step, Step], costs: Costs
) -> tuple[float, float]:
    """The best threshold for a draw, of several the nearest to the chosen one, and what the chosen one saves there."""
    chosen, present = compared
    thresholds = [each.threshold for each in all_steps]
    escapes, passed = _below(thresholds, draw.anomalies), _below(thresholds, draw.normals)
    normals = len(draw.normals)
    prices = [_expected(missed, normals - fine, draw, costs).cost for missed, fine in zip(escapes, passed, strict=True)]
    least = min(prices)
    alike = [each for each, price in zip(thresholds, prices, strict=True) if price == least]
    nearest = min(alike, key=lambda each: abs(each - chosen.threshold))
    saving = _cost(step_at(draw, present.threshold), draw, costs) - _cost(step_at(draw, chosen.threshold), draw, costs)
    return nearest, saving


def _below(thresholds: Sequence[float], values: Sequence[float]) -> list[int]:
    """How many values are at or below each threshold; thresholds rise."""
    ordered = sorted(values)
    return [bisect_right(ordered, each) for each in thresholds]


def _range(values: Sequence[float]) -> Range:
    ordered = sorted(values)
    last = len(ordered) - 1
    return Range(ordered[round(TAIL * last)], ordered[round((1 - TAIL) * last)])


def _counts(step: Step) -> tuple[int, int]:
    return step.escapes, step.rejects
