"""How many foreign images a detector calls unfamiliar, and how many test images it should not have called so."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
from numpy.random import Generator

from chalicelib.core.errors import LinewatchError
from chalicelib.models.benchmark import Job, in_processes
from chalicelib.models.dataset import sampled
from chalicelib.models.foreign_images import foreign_images, reduced
from chalicelib.models.layouts import image_set
from chalicelib.models.training import train_on
from chalicelib.vision.arrays import Photo
from chalicelib.vision.augment import blurred, compressed, moved, noisy, shifted
from chalicelib.vision.detector import Detector
from chalicelib.vision.features.resizing import resized

PRODUCTS = 4  # photos of each other set to draw from
DRAWS = 2  # of each kind of foreign image

type Variation = Callable[[Photo, Generator], Photo]
type Counts = Mapping[str, tuple[int, int]]
"""Of a kind of foreign image, or of a variation of test images: how many are called unfamiliar, of how many."""


@dataclass(frozen=True)
class ForeignFigures:
    """What one detector calls unfamiliar, or the error that ended its training."""

    foreign: Counts = field(default_factory=dict)
    normal: Counts = field(default_factory=dict)
    anomaly: Counts = field(default_factory=dict)
    error: str | None = None


def measure_all(
    jobs: Sequence[Job], drawn: Mapping[str, Sequence[Photo]], limit: int | None, processes: int
) -> Iterator[tuple[Job, ForeignFigures]]:
    """The figures of each job, with photos of the other jobs' sets and the `drawn` ones as other products.

    At most `limit` test images of each label are taken.
    """
    folders = dict.fromkeys(job.folder for job in jobs)
    products = {
        folder.name: [reduced(photo) for photo in image_set(folder).test.normal[:PRODUCTS]] for folder in folders
    }
    others = [{name: each for name, each in products.items() if name != job.folder.name} | dict(drawn) for job in jobs]
    return zip(jobs, in_processes(processes, measure, jobs, others, repeat(limit)), strict=True)


def measure(job: Job, others: Mapping[str, Sequence[Photo]], limit: int | None) -> ForeignFigures:
    """Train one detector, and count what it calls unfamiliar."""
    images = image_set(job.folder)
    train = sampled(images.train, job.limit_normal, job.limit_anomaly, job.seed)
    try:
        detector = train_on(train, job.options).detector
    except LinewatchError as error:
        return ForeignFigures(error=str(error))
    normal, anomaly = (
        [reduced(photo) for photo in photos[:limit]] for photos in (images.test.normal, images.test.anomaly)
    )
    return ForeignFigures(
        foreign_counts(detector, normal, others, job.seed),
        familiar_counts(detector, normal, job.seed),
        familiar_counts(detector, anomaly, job.seed),
    )


def foreign_counts(
    detector: Detector, photos: Sequence[Photo], others: Mapping[str, Sequence[Photo]], seed: int
) -> Counts:
    """Of foreign images made of these photos, by their kinds."""
    unfamiliar: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for draw in range(DRAWS):
        for kind, photo in foreign_images(photos, others, DRAWS * seed + draw):
            unfamiliar[kind] += detector.inspect(photo).unfamiliar is not None
            total[kind] += 1
    return {kind: (unfamiliar[kind], count) for kind, count in total.items()}


def familiar_counts(detector: Detector, photos: Sequence[Photo], seed: int) -> Counts:
    """Of these photos in each of the `VARIATIONS`, made at the size that the detector brings photos to."""
    rng = np.random.default_rng(seed)
    small = [resized(photo, detector.wanted_size) for photo in photos]
    return {
        name: (sum(detector.inspect(vary(photo, rng)).unfamiliar is not None for photo in small), len(small))
        for name, vary in VARIATIONS.items()
    }


def _lit(factor: float) -> Variation:
    return lambda photo, _: np.minimum(photo * factor + 0.5, 255).astype(np.uint8)


def _shifted(share: float) -> Variation:
    def vary(photo: Photo, rng: Generator) -> Photo:
        towards = rng.uniform(0, 2 * np.pi)
        down, right = share * np.sin(towards) * photo.shape[0], share * np.cos(towards) * photo.shape[1]
        return shifted(photo, round(down), round(right))

    return vary


def _turned(photo: Photo, rng: Generator) -> Photo:
    return moved(photo, float(3 * rng.choice([-1, 1])), 1, 0, 0)


VARIATIONS: dict[str, Variation] = {
    "as it is": lambda photo, _: photo,
    "light x.85": _lit(0.85),
    "light x1.15": _lit(1.15),
    "shift 2 %": _shifted(0.02),
    "shift 5 %": _shifted(0.05),
    "turn 3 deg": _turned,
    "JPEG 60": lambda photo, _: compressed(photo, 60),
    "blur .9 px": lambda photo, _: blurred(photo, 0.9),
    "noise 5/255": lambda photo, rng: noisy(photo, 5, rng),
}
