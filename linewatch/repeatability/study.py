"""A repeatability study: verdicts that flip, the spread of the score, and what explains it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.binomial import interval
from linewatch.repeatability.components import Components, components, tail_of_f

SURE = 0.05
"""The chance, over all causes together, with which one is named though none is."""
MATTERS = 0.25
"""The share of the spread from which a cause is named."""
GOOD, POOR, LEAST_DISTINCT = 10.0, 30.0, 5
"""%GRR below which a system is good, above which it is not to be used, and the least ndc (AIAG, as in `components`)."""
CAUSES = {"light": ("brightness",), "focus": ("sharpness",), "place": ("centre_x", "centre_y")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One photo of a part."""

    part: str
    image: str
    verdict: str
    score: float
    brightness: float
    sharpness: float
    centre_x: float
    centre_y: float
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a cause explains of the spread of the score within parts, 0 to 1, and how likely chance alone does."""

    name: str
    explains: float
    chance: float


@dataclass(frozen=True, slots=True)
class Study:
    """The result. `flipped` parts had more than one verdict; `causes` are empty if there are too few repeats."""

    readings: tuple[Reading, ...]
    flipped: tuple[str, ...]
    components: Components
    causes: tuple[Cause, ...]

    @property
    def parts(self) -> list[str]:
        """The parts, in order."""
        return sorted({reading.part for reading in self.readings})

    @property
    def flip_bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the share of parts that flip."""
        return interval(len(self.flipped), len(self.parts))

    @property
    def explained_by(self) -> Cause | None:
        """The cause that explains most, if that is a quarter or more and no chance; None if there is none."""
        sure = [each for each in self.causes if each.chance * len(self.causes) <= SURE and each.explains >= MATTERS]
        return max(sure, key=lambda cause: cause.explains, default=None)

    @property
    def grade(self) -> str:
        """What the standard says of the system."""
        percent, distinct = self.components.system_percent, self.components.distinct
        if percent > POOR:
            return "not acceptable"
        few = distinct is not None and distinct < LEAST_DISTINCT
        return "acceptable with care" if percent > GOOD or few else "acceptable"

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        low, high = self.flip_bounds
        found, best = self.components, self.explained_by
        return {
            "parts": len(self.parts),
            "images": len(self.readings),
            "flipped": list(self.flipped),
            "flip_share": len(self.flipped) / len(self.parts),
            "flip_share_from": low,
            "flip_share_to": high,
            "score": asdict(found)
            | {
                "system": found.system,
                "total": found.total,
                "grr_percent": found.system_percent,
                "ndc": found.distinct,
            },
            "grade": self.grade,
            "causes": [asdict(cause) for cause in self.causes],
            "explained_by": None if best is None else best.name,
            "readings": [asdict(reading) for reading in self.readings],
        }


def study_of(readings: Sequence[Reading]) -> Study:
    """The study of these photos. ValueError if there are too few, see `components`."""
    verdicts = defaultdict(set)
    for reading in readings:
        verdicts[reading.part].add(reading.verdict)
    setups = [reading.setup for reading in readings]
    scores = np.array([reading.score for reading in readings], np.float64)
    parts = [reading.part for reading in readings]
    found = components(scores, parts, setups if any(setups) else None)
    flipped = tuple(sorted(part for part, given in verdicts.items() if len(given) > 1))
    return Study(tuple(readings), flipped, found, tuple(_causes(readings, scores, parts)))


def _causes(readings: Sequence[Reading], scores: NDArray[np.float64], parts: list[str]) -> list[Cause]:
    """Each cause by itself: the regression of the scores on its statistics and their squares, all within parts.

    The squares are for causes that raise the score on either side of the usual, which is one value for all parts: a
    part whose photos are all too bright must not look as if it was usual.
    """
    left = _within(scores, parts)
    total = float(left @ left)
    found = []
    for name, statistics in CAUSES.items():
        columns = [np.array([getattr(reading, each) for reading in readings]) for each in statistics]
        design = np.stack([_within(each, parts) for column in columns for each in (column, column**2)], axis=1)
        scale = design.std(axis=0)
        design = design[:, scale > 0] / scale[scale > 0]
        freedom = len(scores) - len(set(parts)) - design.shape[1]
        if freedom < 1 or not total:
            return []
        rest = left - design @ np.linalg.lstsq(design, left)[0] if design.size else left
        explained = max(0.0, 1 - float(rest @ rest) / total)
        f = explained / max(1 - explained, 1e-12) * freedom / max(1, design.shape[1])
        found.append(Cause(name, explained, tail_of_f(f, max(1, design.shape[1]), freedom)))
    return sorted(found, key=lambda cause: -cause.explains)


def _within(values: NDArray[np.float64], parts: list[str]) -> NDArray[np.float64]:
    """What is left of each value without the mean of its part."""
    names, index = np.unique(parts, return_inverse=True)
    means = np.bincount(index, values) / np.bincount(index, minlength=len(names))
    return np.asarray(values - means[index])
