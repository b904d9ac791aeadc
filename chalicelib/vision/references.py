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
WANTED_BYTES = 90_000  # the quality is lowered until all references fit

type Predict = Callable[[Photo], tuple[float, float]]  # anomaly_probability and anomaly_score


@dataclass(frozen=True)
class References:
    """The k references and what the detector that was trained predicted for each."""

    files: NDArray[np.uint8]  # (b,) the bytes of k JPEG files at the detector's working size, one after another
    ends: NDArray[np.int64]  # (k,) where each file ends
    probabilities: NDArray[np.float64]  # (k,) anomaly_probability
    scores: NDArray[np.float64]  # (k,) anomaly_score

    def photo(self, number: int) -> Photo:
        """One of the references, (H, W, 3). Raises `Undecodable`."""
        start = int(self.ends[number - 1]) if number else 0
        return decode(self.files[start : int(self.ends[number])].tobytes())


def make_references(photos: Sequence[Photo], predict: Predict) -> References:
    """From photos (H, W, 3) at the working size. What is predicted is that of the JPEG file, not of the photo."""
    files = _compressed(photos)
    expected = np.array([predict(decode(file)) for file in files])
    ends = np.cumsum([len(file) for file in files])
    return References(np.frombuffer(b"".join(files), np.uint8), ends, expected[:, 0].copy(), expected[:, 1].copy())


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
