"""Thumbnails as data URIs: an image, and beside it the same with what the detector finds unusual."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from chalicelib.models.dataset import read_photo
from chalicelib.models.names import name_in_set
from chalicelib.reports.training.predictions import LabelledPrediction
from chalicelib.vision.arrays import Photo
from chalicelib.vision.explain import overlay
from chalicelib.vision.features.resizing import resized

SIDE = 240  # px: the longer side: a phone shows as many, and small defects stay visible
QUALITY = 82
MOST_WRONG = 10  # of each kind
MOST_CLOSE = 6
MOST_ALIKE = 4


@dataclass(frozen=True)
class Picture:
    """What is shown of one image."""

    name: str
    label: str
    probability: float | None  # None without a prediction
    photo: str  # data URI
    overlay: str | None  # data URI


def picture_of(image: LabelledPrediction, mask_level: float, grey_bits: int) -> Picture:
    """The image, and where it is unusual."""
    small = thumbnail(read_photo(image.path, grey_bits))
    with Image.open(BytesIO(overlay(small, image.anomaly_map, mask_level))) as marked:
        warm = data_uri(marked.convert("RGB"))
    label = ("anomalous" if image.anomalous else "normal") + (", unfamiliar" if image.unfamiliar else "")
    return Picture(name_in_set(image.path), label, image.probability, data_uri(Image.fromarray(small)), warm)


def alike_pictures(groups: Sequence[Sequence[Path]], grey_bits: int) -> list[list[Picture]]:
    """The first two images of the first groups."""
    return [[_plain(path, grey_bits) for path in group[:2]] for group in groups[:MOST_ALIKE]]


def thumbnail(photo: Photo) -> Photo:
    """The photo with its longer side cut down to `SIDE` px; smaller photos as they are."""
    height, width = photo.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    return resized(photo, (max(1, round(height * scale)), max(1, round(width * scale))))


def data_uri(image: Image.Image) -> str:
    """The image as a JPEG within the page."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + b64encode(buffer.getvalue()).decode()


def _plain(path: Path, grey_bits: int) -> Picture:
    photo = thumbnail(read_photo(path, grey_bits))
    return Picture(name_in_set(path), path.parent.name, None, data_uri(Image.fromarray(photo)), None)
