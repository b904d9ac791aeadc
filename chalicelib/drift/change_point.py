"""Whether the level of a camera changed from a day on, by a test with a stated chance of a false alarm.

Each day has one level: what is left of its hours' medians when the pattern of the hours of the day is taken away, by
median polish (Tukey 1977, "Exploratory Data Analysis", chapter 11). The levels are tested for a shift of their mean at
an unknown day by the likelihood ratio (Hawkins 1977, "Testing a sequence of observations for a shift in location",
Journal of the American Statistical Association 72), with the bound of Bonferroni over all days at which it may be
(Worsley 1979, ibid. 74). Days are taken as correlated, as an autoregressive process of first order is: so the means of
several days are less sure, and the spread has fewer degrees of freedom (Satterthwaite 1946).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf, sqrt
from statistics import fmean, median

from chalicelib.vision.binomial import beta_share

LEAST_DAYS = 4
"""Before a change: on fewer days nobody knows what is usual."""
CORRELATION = 0.4
"""Of a day with the next one. In simulations the chance of a false alarm then holds up to 0.5, see tests/drift."""
_ROUNDS = 4

type Hour = tuple[int, int]
"""Number of the day, and hour of its clock."""


@dataclass(frozen=True, slots=True)
class Change:
    """The level changed with the day at `first`, counted in the days that have one. `chance` is the p-value."""

    first: int
    before: float
    after: float
    chance: float


@dataclass(frozen=True, slots=True)
class Polished:
    """A series of hours without the pattern of the day: its days in order, their levels, and each hour's value."""

    days: tuple[int, ...]
    levels: tuple[float, ...]
    values: Mapping[Hour, float]


def polished(hours: Mapping[Hour, float]) -> Polished:
    """Take away what the hours of the day have in common."""
    pattern: dict[int, float] = {}
    by_day = _grouped(hours, lambda hour: hour[0])
    by_clock = _grouped(hours, lambda hour: hour[1])
    levels: dict[int, float] = {}
    for _ in range(_ROUNDS):
        levels = {day: median(hours[at] - pattern.get(at[1], 0) for at in of) for day, of in by_day.items()}
        pattern = {clock: median(hours[at] - levels[at[0]] for at in of) for clock, of in by_clock.items()}
    middle = median(pattern.values()) if pattern else 0.0
    days = tuple(sorted(levels))
    values = {at: value - pattern[at[1]] + middle for at, value in hours.items()}
    return Polished(days, tuple(levels[day] + middle for day in days), values)


def _grouped(hours: Iterable[Hour], key: Callable[[Hour], int]) -> dict[int, list[Hour]]:
    groups: dict[int, list[Hour]] = {}
    for hour in hours:
        groups.setdefault(key(hour), []).append(hour)
    return groups


def find_change(levels: Sequence[float]) -> Change | None:
    """The most likely change of these days' levels; None with fewer than `LEAST_DAYS` and one more.

    Its chance is how often days without a change would show as clear a one anywhere, at most.
    """
    splits = range(LEAST_DAYS, len(levels))
    changes = [_at(levels, first) for first in splits]
    best = min(changes, key=lambda change: change.chance, default=None)
    if best is None:
        return None
    return Change(best.first, best.before, best.after, min(1.0, best.chance * len(splits)))


def _at(levels: Sequence[float], first: int) -> Change:
    parts = levels[:first], levels[first:]
    before, after = map(fmean, parts)
    squares = sum((level - mean) ** 2 for part, mean in zip(parts, (before, after), strict=True) for level in part)
    free = sum(len(part) * (1 - uncertainty(len(part))) for part in parts)
    variance = squares / free * sum(uncertainty(len(part)) for part in parts)
    if variance <= 0:
        return Change(first, before, after, 1.0 if before == after else 0.0)
    freedom = free * (1 - CORRELATION**2) / (1 + CORRELATION**2)
    return Change(first, before, after, both_tails((after - before) / sqrt(variance), freedom))


@cache
def uncertainty(days: int) -> float:
    """The variance of the mean of so many days, as a share of the variance of one day."""
    correlated = sum((1 - apart / days) * CORRELATION**apart for apart in range(1, days))
    return (1 + 2 * correlated) / days


def both_tails(t: float, freedom: float) -> float:
    """The chance of a value as far from 0 as t or farther, under Student's distribution."""
    return beta_share(freedom / (freedom + t * t), freedom / 2, 0.5) if t else 1.0


def first_hour(series: Polished, change: Change) -> Hour:
    """The hour with which the change began: it divides best what is at the level before from what is at the one after.

    It is on the first changed day or on the day before it, whose level may not show a change late in the day.
    """
    from_day = series.days[change.first - 1]
    to_day = series.days[change.first]
    hours = sorted(at for at in series.values if from_day <= at[0] <= to_day)
    gains = [abs(series.values[at] - change.before) - abs(series.values[at] - change.after) for at in hours]
    best, chosen, ahead = -inf, hours[0], sum(gains)
    for at, gain in zip(hours, gains, strict=True):
        if ahead > best:
            best, chosen = ahead, at
        ahead -= gain
    return chosen
