"""Images that a detector was never meant for: what a dead, covered, moved or wrongly set camera sends.

They are made from nothing, from photos of a set, and of other products. The same seed makes the same images.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from chalicelib.models import photo_faults as faults
from chalicelib.models.photo_faults import Change, Plane
from chalicelib.vision.arrays import Photo

type Drawing = Callable[[Plane, Generator], Plane]

BARS = ((235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16), (235, 16, 235), (235, 16, 16), (16, 16, 235))
LINES = (
    "NO SIGNAL",
    "Camera 3 not found",
    "Check cable and power",
    "Error 0x80070015",
    "Press any key",
    "192.168.0.64",
)
LARGEST = 512  # px: a photo's longer side is brought to it before it is changed
LEAST_CHANGE = 3.0  # mean difference, of 255, that makes another image of a photo


def foreign_images(
    photos: Sequence[Photo], others: Mapping[str, Sequence[Photo]], seed: int
) -> Iterator[tuple[str, Photo]]:
    """The kind of each foreign image, and the image (H, W, 3).

    One image of each of `KINDS`, made of one of a set's photos, and one photo of each other product by its name. A kind
    is left out where it hardly changes the photo: grey photos have no colours to swap.
    """
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, number])
        photo = reduced(photos[int(rng.integers(len(photos)))])
        changed = np.clip(_changed(kind, photo.astype(np.float64), rng) + 0.5, 0, 255).astype(np.uint8)
        if np.abs(changed.astype(np.int16) - photo).mean() > LEAST_CHANGE:
            yield kind, changed
    for name, products in others.items():
        yield f"product: {name}", products[int(np.random.default_rng(seed).integers(len(products)))]


def _changed(kind: str, photo: Plane, rng: Generator) -> Plane:
    return CHANGES[kind](photo) if kind in CHANGES else DRAWN[kind](photo, rng)


def reduced(photo: Photo) -> Photo:
    """The photo with no side over 512 px."""
    image = Image.fromarray(photo)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _filled(*colour: float) -> Change:
    return lambda photo: np.broadcast_to(np.array(colour, np.float64), photo.shape)


def _any_colour(photo: Plane, rng: Generator) -> Plane:
    return np.broadcast_to(rng.permutation([30.0, 120.0, 220.0]), photo.shape)


def _uniform_noise(photo: Plane, rng: Generator) -> Plane:
    return rng.uniform(0, 255, photo.shape)


def _gaussian_noise(photo: Plane, rng: Generator) -> Plane:
    return np.broadcast_to(rng.normal(128, 40, (*photo.shape[:2], 1)), photo.shape)


def _dark_noise(photo: Plane, rng: Generator) -> Plane:
    return rng.normal(4, 3, photo.shape)


def _gradient(photo: Plane, rng: Generator) -> Plane:
    height, width = photo.shape[:2]
    towards = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.broadcast_to((127 + 90 * (np.cos(towards) * x + np.sin(towards) * y))[..., None], photo.shape)


def _checkerboard(photo: Plane) -> Plane:
    y, x = np.mgrid[: photo.shape[0], : photo.shape[1]] // max(2, faults.side(photo) // 8)
    return np.broadcast_to(255.0 * ((x + y) % 2)[..., None], photo.shape)


def _test_chart(photo: Plane) -> Plane:
    height, width = photo.shape[:2]
    bars = np.array(BARS, np.float64)[np.arange(width) * len(BARS) // width]
    ramp = np.linspace(0, 255, width)[:, None].repeat(3, axis=1)
    return np.where(np.arange(height)[:, None, None] < 0.75 * height, bars, ramp)


def _text(photo: Plane, rng: Generator) -> Plane:
    height, width = photo.shape[:2]
    image = Image.new("RGB", (200, 200 * height // width), (0, 0, 170))
    draw = ImageDraw.Draw(image)
    for row in range(image.height // 14 + 1):
        draw.text((4, 14 * row), LINES[int(rng.integers(len(LINES)))], fill=(255, 255, 255))
    return np.asarray(image.resize((width, height)), np.float64)


CHANGES: dict[str, Change] = {
    "black": _filled(0, 0, 0),
    "white": _filled(255, 255, 255),
    "mid grey": _filled(128, 128, 128),
    "green": _filled(0, 135, 0),
    "checkerboard": _checkerboard,
    "test chart": _test_chart,
    "left half black": faults.replaced("left", _filled(0, 0, 0)),
    "bottom half black": faults.replaced("bottom", _filled(0, 0, 0)),
    "right half grey": faults.replaced("right", _filled(128, 128, 128)),
    "bottom half grey": faults.replaced("bottom", _filled(128, 128, 128)),
    "right half repeated": faults.replaced("right", faults.rolled(1)),
    "bottom half repeated": faults.replaced("bottom", faults.rolled(0)),
    "every second row lost": faults.lost_rows,
    "overexposed x3": faults.times(3),
    "overexposed x6": faults.times(6),
    "underexposed x0.1": faults.times(0.1),
    "fogged": faults.fogged,
    "lens covered": faults.covered,
    "defocused": faults.defocused,
    "motion blur": faults.moving,
    "negative": faults.negative,
    "planes swapped": faults.swapped,
    "green plane lost": faults.without_green,
    "tiled x1/4": faults.tiled,
}
DRAWN: dict[str, Drawing] = {
    "one colour": _any_colour,
    "uniform noise": _uniform_noise,
    "gaussian noise": _gaussian_noise,
    "dark noise": _dark_noise,
    "salt and pepper": faults.salt_and_pepper,
    "gradient": _gradient,
    "text screen": _text,
    "frozen rows": faults.frozen_rows,
    "finger": faults.finger,
    "empty belt": faults.empty_belt,
    "zoomed x4": faults.zoomed,
    "far away": faults.far_away,
    "half out of the frame": faults.out_of_frame,
    "corrupted blocks": faults.corrupted,
}
KINDS = (*CHANGES, *DRAWN)
