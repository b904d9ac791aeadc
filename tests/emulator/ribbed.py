"""A drawn line whose defects change: on the first day holes, on the second one faint stains.

The parts are small and the detector too, so that it is trained in seconds. A model that knows holes passes the stains;
one that has learned from stains stops them.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.projects.examples import Examples, Progress, Trained, Verdict
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions, train
from tests.emulator.images import Picture

SIDE = 64
HOLE, STAIN = "hole", "stain"
_STAINED = 13
"""Grey levels; the noise has 4."""


def part(seed: int, defect: str | None = None) -> NDArray[np.uint8]:
    """(64, 64, 3) RGB."""
    rng = np.random.default_rng(seed)
    ribs = 120 + 60 * np.sin(np.arange(SIDE) / 7)
    photo = ribs[None, :, None] + rng.normal(0, 4, (SIDE, SIDE, 3))
    y, x = rng.integers(8, SIDE - 20, 2)
    if defect == HOLE:
        photo[y : y + 7, x : x + 7] = rng.uniform(0, 255, (7, 7, 3))
    if defect == STAIN:
        photo[y : y + 8, x : x + 8] += _STAINED
    return photo.clip(0, 255).astype(np.uint8)


def picture(seed: int, defect: str | None = None) -> Picture:
    """What a camera sends of it."""
    file = BytesIO()
    Image.fromarray(part(seed, defect)).save(file, "png")
    return Picture(file.getvalue(), "image/png")


def pictures(first: int, count: int, defect: str | None = None) -> list[Picture]:
    """So many, each another part."""
    return [picture(first + number, defect) for number in range(count)]


def a_model(good: Sequence[NDArray[np.uint8]], bad: Sequence[NDArray[np.uint8]]) -> bytes:
    """A detector of these parts."""
    return save(train(good, bad, TrainOptions(size=SIDE)).detector)


class SmallTrainer:
    """Trains as the stage does, but a small detector, and measures nothing."""

    def megapixels(self, path: Path) -> float:
        return SIDE * SIDE / 1e6

    def train(self, name: str, train: Examples, test: Examples | None, progress: Progress) -> Trained:
        good, bad = (
            [np.asarray(Image.open(each.path)) for each in train.used if each.entry.label == label]
            for label in ("normal", "anomaly")
        )
        progress(1.0)
        return Trained(
            model=a_model(good, bad),
            report=b"",
            verdicts={each.entry.source: Verdict(each.entry.label == "anomaly", 1.0) for each in train.used},
            roc_auc=1.0,
            average_precision=1.0,
            precision=1.0,
            recall=1.0,
            f1=1.0,
        )
