"""Photos of any size brought to the one size that a detector works at."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image

from chalicelib.vision.arrays import THREADS, Photo
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.progress import Progress
from chalicelib.vision.reduction import reduction

SIDE = 32  # image sides are multiples of this many px
LONGEST = 8  # no side is longer than this many times the square root of the area

type Shape = tuple[int, int]  # (height, width)


class WrongSizes(ValueError):
    """Training images are of different sizes, and the options forbid it; `images` are the places of the odd ones."""

    def __init__(self, common: Shape, images: tuple[int, ...]) -> None:
        super().__init__(f"{len(images)} images are not {common[1]} x {common[0]} px as the others are")
        self.images = images


@dataclass(frozen=True)
class ResizedPhotos:
    """Photos at the working size, normals first, and the sizes that they came in."""

    size: Shape
    photos: list[Photo]
    shapes: list[Shape]
    normal_count: int
    places: list[Motion]  # of each in the whole photo

    @property
    def normals(self) -> list[Photo]:
        """The photos of normals."""
        return self.photos[: self.normal_count]

    @property
    def commonest_shape(self) -> Shape:
        """The size that most photos came in."""
        (common, _), *_ = Counter(self.shapes).most_common(1)
        return common

    @property
    def other_sizes(self) -> tuple[int, ...]:
        """The places of the photos that came in another size than most."""
        common = self.commonest_shape
        return tuple(place for place, shape in enumerate(self.shapes) if shape != common)

    def check_one_size(self) -> None:
        """Raise `WrongSizes` unless all photos came in one size."""
        if self.other_sizes:
            raise WrongSizes(self.commonest_shape, self.other_sizes)


def resize_all(normal: Sequence[Photo], anomaly: Sequence[Photo], side: int, progress: Progress) -> ResizedPhotos:
    """Bring photos (H, W, 3) uint8 to about side x side px, in the median aspect of the normals.

    They are read once, or twice if the first one's aspect is not the median.
    """
    size = working_size([_shape(normal[0])], side)
    while True:
        read = of_each((normal, anomaly), partial(_resized_from, size=size), progress, "reading images")
        photos, shapes = ([*each] for each in zip(*read, strict=True))
        wanted = working_size(shapes[: len(normal)], side)
        if wanted == size:
            return ResizedPhotos(size, photos, shapes, len(normal), [Motion()] * len(photos))
        size = wanted


def of_each[T](parts: Sequence[Sequence[Photo]], work: Callable[[Photo], T], progress: Progress, step: str) -> list[T]:
    """What `work` makes of each photo of the parts, in their order. As many are read at a time as there are threads."""
    places = [(part, place) for part in parts for place in range(len(part))]
    with ThreadPoolExecutor(THREADS) as pool:
        made = pool.map(lambda part, place: work(part[place]), *zip(*places, strict=True))
        return list(progress(made, step, len(places)))


def _resized_from(photo: Photo, size: Shape) -> tuple[Photo, Shape]:
    return resized(photo, size), _shape(photo)


def resized(photo: Photo, size: Shape) -> Photo:
    """The photo at `size` = (height, width) px: bilinear, averaged over the area of each new pixel when it shrinks.

    One that is much larger is reduced by a whole number first, as `decode_reduced` does: the result is the same.
    """
    height, width = size
    if photo.shape[:2] == size:
        return photo
    image = Image.fromarray(photo)
    reduced = image.reduce(reduction((image.height, image.width), size))
    return np.asarray(reduced.resize((width, height), Image.Resampling.BILINEAR))


def working_size(shapes: Sequence[Shape], side: int) -> Shape:
    """(height, width) with about side x side px, of the shapes' median aspect, sides multiples of 32."""
    aspect = float(np.exp(np.median([np.log(width / height) for height, width in shapes]) / 2))
    aspect = min(max(aspect, 1 / LONGEST), LONGEST)
    return max(1, round(side / aspect / SIDE)) * SIDE, max(1, round(side * aspect / SIDE)) * SIDE


def _shape(photo: Photo) -> Shape:
    return photo.shape[0], photo.shape[1]
