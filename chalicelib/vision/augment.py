"""Changed copies of photos: moved, mirrored, in another light, out of focus, noisy."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from chalicelib.vision.arrays import Photo

Sampling = Image.Resampling

ROTATION = 2.0  # degrees either way
SHIFT = 0.02  # of the sides, either way
BRIGHTNESS = 0.15  # of full scale, either way
BLUR = (0.2, 0.9)  # sigma in px, for every second copy
NOISE = (1.0, 6.0)  # standard deviation, of 255
QUALITY = (45, 90)  # of JPEG


def jittered(photo: Photo, rng: np.random.Generator) -> Photo:
    """A copy turned, shifted, brightened or dimmed, and perhaps blurred, by amounts drawn from `rng`."""
    height, width = photo.shape[:2]
    angle = rng.uniform(-ROTATION, ROTATION)
    shift = rng.uniform(-SHIFT, SHIFT, 2) * (height, width)
    copy = moved(photo, angle, 1.0, shift[0], shift[1])
    copy = np.clip(copy * rng.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS) + 0.5, 0, 255).astype(np.uint8)
    sigma = rng.uniform(*BLUR)
    if rng.random() < 0.5:
        copy = blurred(copy, sigma)
    return copy


def roughened(photo: Photo, rng: np.random.Generator) -> Photo:
    """A copy with the noise of a dark scene, or with the traces of strong JPEG compression."""
    if rng.random() < 0.5:
        return noisy(photo, rng.uniform(*NOISE), rng)
    return compressed(photo, int(rng.integers(*QUALITY)))


def blurred(photo: Photo, sigma: float) -> Photo:
    """The photo out of focus, by `sigma` px."""
    return np.asarray(Image.fromarray(photo).filter(ImageFilter.GaussianBlur(sigma)))


def noisy(photo: Photo, deviation: float, rng: np.random.Generator) -> Photo:
    """The photo with noise of this standard deviation, of 255; a grey photo stays grey."""
    planes = 1 if (photo == photo[..., :1]).all() else 3
    noise = rng.normal(0, deviation, (*photo.shape[:2], planes))
    return np.clip(photo + noise + 0.5, 0, 255).astype(np.uint8)


def compressed(photo: Photo, quality: int) -> Photo:
    """The photo after JPEG compression; a grey photo stays grey, since its colour planes are zero."""
    buffer = BytesIO()
    Image.fromarray(photo).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def mirrorings(photo: Photo) -> int:
    """How many ways there are to mirror or turn a photo onto its own frame: 3, or 7 when it is square."""
    return 7 if photo.shape[0] == photo.shape[1] else 3


def mirrored[T: np.generic](photo: NDArray[T], way: int) -> NDArray[T]:
    """A photo, or a map, mirrored left to right (1), top to bottom (2) or both (3); 4 to 7 are 0 to 3 transposed."""
    if way > 3:
        photo, way = photo.swapaxes(0, 1), way - 4
    return np.ascontiguousarray(photo[:: -1 if way & 2 else 1, :: -1 if way & 1 else 1])


def shifted(photo: Photo, down: int, right: int) -> Photo:
    """The photo moved by whole pixels, its edges repeated."""
    height, width = photo.shape[:2]
    rows, columns = np.arange(height) - down, np.arange(width) - right
    return photo.take(np.clip(rows, 0, height - 1), axis=0).take(np.clip(columns, 0, width - 1), axis=1)


def moved(
    photo: Photo, degrees: float, scale: float, down: float, right: float, sampling: Sampling = Sampling.BICUBIC
) -> Photo:
    """The photo turned clockwise about its centre, scaled, and shifted by pixels; the edge fills what is left."""
    height, width = photo.shape[:2]
    margin = int(max(height, width) * 0.15) + 1
    edged = Image.fromarray(np.pad(photo, ((margin, margin), (margin, margin), (0, 0)), mode="edge"))
    turn = np.deg2rad(degrees)
    cos, sin = np.cos(turn) / scale, np.sin(turn) / scale
    y, x = (height - 1) / 2, (width - 1) / 2
    back_x = x - cos * (x + right) - sin * (y + down) + margin + 0.5 - 0.5 * (cos + sin)
    back_y = y + sin * (x + right) - cos * (y + down) + margin + 0.5 + 0.5 * (sin - cos)
    coefficients = (cos, sin, back_x, -sin, cos, back_y)
    turned = edged.transform((width, height), Image.Transform.AFFINE, coefficients, sampling)
    return np.asarray(turned)
