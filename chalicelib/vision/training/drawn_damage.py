"""What a detector can show of itself before anybody has a defective part: how well it finds damage drawn on good ones.

A piece of a photo is pasted elsewhere in it, in another light (CutPaste: Li, Sohn, Yoon and Pfister, 2021). Nothing is
learned from it. Where good parts differ from each other by as much, as the layouts of circuit boards do, such damage
ranks hardly higher than a good part, and what the detector says of real defects is worth as little.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Known, Photo
from chalicelib.vision.metrics import CERTAIN, CHANCE, auroc, standard_error
from chalicelib.vision.progress import Progress
from chalicelib.vision.scoring.cell_bank import CellTraining
from chalicelib.vision.scoring.heads import combined
from chalicelib.vision.training.training_set import TrainingSet

MOST = 60  # normals that damage is drawn on
SIDE = 1 / 8  # of the photo's sides, of a usual piece
LARGER, LONGER = 0.4, 0.7  # how far the logarithms of its size and of its proportions vary, either way
LIGHT = 0.2  # how far a piece is dimmed or brightened, either way; and half of that is added, of full scale


@dataclass(frozen=True)
class DrawnDamage:
    """How well normals with damage rank above those without, each left out of what scores it."""

    tried: int  # normals with damage, and as many without
    auroc: float

    @property
    def by_chance(self) -> bool:
        """Whether the AUROC may be that of a coin: .5 is within a one-sided interval of 95 %."""
        return self.auroc - CERTAIN * self._error <= CHANCE

    @property
    def cautious(self) -> float:
        """The AUROC less one standard error."""
        return self.auroc - self._error

    @property
    def _error(self) -> float:
        return standard_error(self.auroc, self.tried, self.tried)


def try_damage(
    normals: Sequence[Photo],
    data: TrainingSet,
    cells: CellTraining,
    scores: NDArray[np.float64],
    rng: Generator,
    progress: Progress,
) -> DrawnDamage:
    """Damage some of n normals of the working size; their left-out scores [cells, whole] are the first of (s, 2).

    So little damage hardly changes an image as a whole, which keeps the score that it has without.
    """
    rows = np.linspace(0, len(normals) - 1, min(len(normals), MOST)).astype(int)
    copies = [damaged(normals[row], data.features[row].known, rng) for row in rows]

    def score(photo: Photo, group: int) -> float:
        features = data.extractor.extract(photo, data.extractor.motion(photo))
        distances = cells.without[group].distance(features.cells)
        return cells.bank.score(cells.bank.deviations(distances, features.known), features.known)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(progress(pool.map(score, copies, data.groups[rows].tolist()), "drawn damage", len(rows)))
    both = np.concatenate([scores[rows], np.column_stack([found, scores[rows, 1]])])
    ranked = auroc(combined(both), np.repeat([False, True], len(rows)))
    return DrawnDamage(len(rows), ranked or 0.0)


def damaged(photo: Photo, known: Known, rng: Generator) -> Photo:
    """A copy of a photo (H, W, 3) with a piece of itself in another light over one of the cells that are known."""
    height, width = photo.shape[:2]
    side, stretch = SIDE * np.exp(rng.uniform(-LARGER, LARGER)), np.exp(rng.uniform(-LONGER, LONGER) / 2)
    high, wide = max(2, round(side * height * stretch)), max(2, round(side * width / stretch))
    top, left = rng.integers(height - high), rng.integers(width - wide)
    cell = rng.permutation(np.argwhere(known if known.any() else ~known))[0]
    over = (cell + 0.5) * (height, width) / known.shape - np.array([high, wide]) / 2
    below, right = np.clip(over.astype(int), 0, (height - high, width - wide)).tolist()
    piece = photo[top : top + high, left : left + wide] * rng.uniform(1 - LIGHT, 1 + LIGHT)
    copy = photo.copy()
    copy[below : below + high, right : right + wide] = np.clip(piece + 255 * rng.uniform(-LIGHT, LIGHT) / 2, 0, 255)
    return copy
