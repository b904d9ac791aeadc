"""Reference images: a few training images that travel in a model file with what the detector predicts for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import decode

QUALITIES = (95, 75, 60, 45, 30, 15)  # of JPEG, from the best on
WANTED_BYTES = 30_000  # the quality is lowered until all references fit

type Values = Callable[[Photo], tuple[float, ...]]
"""What a detector computes for a photo: `Detector.reference_values`."""


@dataclass(frozen=True)
class References:
    """The k references, and what the detector computed for each when it was trained."""

    files: NDArray[np.uint8]  # (b,) the bytes of k JPEG files at the detector's working size, one after another
    ends: NDArray[np.int64]  # (k,) where each file ends
    expected: NDArray[np.float64]  # (k, v) see `Detector.reference_names`

    def photo(self, number: int) -> Photo:
        """One of the references, (H, W, 3). Raises `Undecodable`."""
        start = int(self.ends[number - 1]) if number else 0
        return decode(self.files[start : int(self.ends[number])].tobytes())


def make_references(photos: Sequence[Photo], values: Values) -> References:
    """From photos (H, W, 3) at the working size. The expected values are those of the JPEG files."""
    files = _compressed(photos)
    ends = np.cumsum([len(file) for file in files])
    return References(
        np.frombuffer(b"".join(files), np.uint8), ends, np.array([values(decode(file)) for file in files])
    )


def _compressed(photos: Sequence[Photo]) -> list[bytes]:
    files: list[bytes] = []
    for quality in QUALITIES:
        files = [_jpeg(photo, quality) for photo in photos]
        if sum(len(file) for file in files) <= WANTED_BYTES:
            break
    return files


def _jpeg(photo: Photo, quality: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(photo).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()
