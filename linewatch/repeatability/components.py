"""Variance components of a measurement system: what repeating, placing and the parts themselves add to the spread.

By analysis of variance, as "Measurement Systems Analysis" of the AIAG (4th edition, 2010, chapter III, section B and
appendix A) has it: parts and setups crossed, with their interaction, which is pooled with repeating if it is not
significant. Without setups it is the one-way analysis, which also allows parts with different numbers of repeats
(Searle, Casella and McCulloch 1992, "Variance Components", section 3.6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.binomial import beta_share

POOLED_ABOVE = 0.25
"""The p-value from which the interaction is pooled."""
DISTINCT = 1.41
"""Times the spread of parts over that of the system: how many kinds of parts it can distinguish."""

type Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Components:
    """Standard deviations, in units of the value. `setups` is None if all was done in one setup."""

    repeats: float
    setups: float | None
    parts: float

    @property
    def system(self) -> float:
        """Of the measurement system: repeatability and reproducibility, "GRR"."""
        return sqrt(self.repeats**2 + (self.setups or 0) ** 2)

    @property
    def total(self) -> float:
        """Of all values."""
        return sqrt(self.system**2 + self.parts**2)

    @property
    def system_percent(self) -> float:
        """%GRR: the system's share of the total standard deviation; 0 without any spread."""
        return 100 * self.system / self.total if self.total else 0.0

    @property
    def distinct(self) -> int | None:
        """ndc: how many kinds of parts the system can distinguish; None if it repeats without any spread."""
        return int(DISTINCT * self.parts / self.system) if self.system else None


def components(values: Values, parts: list[str], setups: list[str] | None = None) -> Components:
    """From the values (n,) with their parts and setups.

    ValueError for fewer than two parts, if no part has repeats, or if with setups not each part was taken as often in
    each one.
    """
    names = sorted(set(parts))
    if len(names) < 2 or len(values) <= len(names):
        raise ValueError("a study needs at least two parts, and repeats of them")
    if setups is None or len(set(setups)) < 2:
        return _one_way(values, parts)
    groups = {
        (part, setup): [v for v, p, s in zip(values, parts, setups, strict=True) if (p, s) == (part, setup)]
        for part in names
        for setup in sorted(set(setups))
    }
    sizes = {len(group) for group in groups.values()}
    if len(sizes) > 1 or min(sizes) < 2:
        raise ValueError("with setups, each part must be taken equally often in each setup, and at least twice")
    return _crossed(np.array(list(groups.values())).reshape(len(names), len(set(setups)), -1))


def _one_way(values: Values, parts: list[str]) -> Components:
    groups = [values[[part == name for part in parts]] for name in sorted(set(parts))]
    within = _squares(group - group.mean() for group in groups) / (len(values) - len(groups))
    between = sum(len(group) * (group.mean() - values.mean()) ** 2 for group in groups) / (len(groups) - 1)
    repeats = (len(values) - sum(len(group) ** 2 for group in groups) / len(values)) / (len(groups) - 1)
    return Components(sqrt(within), None, _root((between - within) / repeats))


def _crossed(cells: Values) -> Components:
    """From values (parts, setups, repeats)."""
    p, s, r = cells.shape
    grand, part, setup, cell = cells.mean(), cells.mean(axis=(1, 2)), cells.mean(axis=(0, 2)), cells.mean(axis=2)
    squares = {
        "parts": s * r * ((part - grand) ** 2).sum(),
        "setups": p * r * ((setup - grand) ** 2).sum(),
        "both": r * ((cell - part[:, None] - setup + grand) ** 2).sum(),
        "repeats": ((cells - cell[:, :, None]) ** 2).sum(),
    }
    freedom = {"parts": p - 1, "setups": s - 1, "both": (p - 1) * (s - 1), "repeats": p * s * (r - 1)}
    mean = {name: float(squares[name] / freedom[name]) for name in squares}
    interaction = 0.0
    error, base = mean["repeats"], mean["both"]
    if not error or tail_of_f(base / error, freedom["both"], freedom["repeats"]) > POOLED_ABOVE:
        error = float((squares["both"] + squares["repeats"]) / (freedom["both"] + freedom["repeats"]))
        base = error
    else:
        interaction = max(0.0, (base - error) / r)
    reproduced = max(0.0, (mean["setups"] - base) / (p * r)) + interaction
    return Components(sqrt(error), sqrt(reproduced), _root((mean["parts"] - base) / (s * r)))


def tail_of_f(f: float, above: int, below: int) -> float:
    """The chance of a value of F as large or larger, with these degrees of freedom."""
    return beta_share(below / (below + above * f), below / 2, above / 2) if f > 0 else 1.0


def _squares(parts: Iterable[Values]) -> float:
    return sum(float((part**2).sum()) for part in parts)


def _root(variance: float) -> float:
    return sqrt(max(0.0, variance))
