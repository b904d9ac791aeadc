"""Photos as they come, brought to the one size that a detector works at."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chalicelib.vision.arrays import Photo, resized

SIDE = 32  # image sides are multiples of this many px
LONGEST = 8  # times the square root of the area: no side is longer

type Progress = Callable[[str, int, int], None]  # step, done, of how many
type Shape = tuple[int, int]  # (height, width)


@dataclass(frozen=True)
class Intake:
    """Photos at the working size, and the sizes that they came in."""

    size: Shape
    photos: list[Photo]
    shapes: list[Shape]


def take_in(normal: Sequence[Photo], anomaly: Sequence[Photo], side: int, progress: Progress) -> Intake:
    """Bring photos, of which the normals decide the aspect, to about side x side px; normals first.

    They are read once, or twice where the first one's aspect is not the median.
    """
    size = working_size([_shape(normal[0])], side)
    while True:
        small, shapes = [], []
        total = len(normal) + len(anomaly)
        for photo in itertools.chain(normal, anomaly):
            shapes.append(_shape(photo))
            small.append(resized(photo, size))
            progress("reading images", len(small), total)
        wanted = working_size(shapes[: len(normal)], side)
        if wanted == size:
            return Intake(size, small, shapes)
        size = wanted


def working_size(shapes: Sequence[Shape], side: int) -> Shape:
    """(height, width) with about side x side px, of the shapes' median aspect, sides multiples of 32."""
    aspect = float(np.exp(np.median([np.log(width / height) for height, width in shapes]) / 2))
    aspect = min(max(aspect, 1 / LONGEST), LONGEST)
    return max(1, round(side / aspect / SIDE)) * SIDE, max(1, round(side * aspect / SIDE)) * SIDE


def other_sizes(shapes: Sequence[Shape]) -> tuple[Shape, list[int]]:
    """The commonest size, and the places of the photos that have another."""
    (common, _), *_ = Counter(shapes).most_common(1)
    return common, [i for i, shape in enumerate(shapes) if shape != common]


def _shape(photo: Photo) -> Shape:
    return photo.shape[0], photo.shape[1]
