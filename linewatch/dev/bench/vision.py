"""The time of each step of an inspection, on this machine."""

import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from chalicelib.models.dataset import Labelled
from chalicelib.models.training import train_on
from chalicelib.vision.appearance import appearance
from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import decode_reduced
from chalicelib.vision.detector import Detector
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.file_formats import FILES
from chalicelib.vision.model_file import load, save
from chalicelib.vision.progress import Progress
from chalicelib.vision.training.train import TrainOptions

REPEATS = 15
LARGE = (2, 12)  # megapixels


def time_inspection(images: Labelled, options: TrainOptions, progress: Progress) -> dict[str, float]:
    """Train on the images; the seconds of that, the size of the model file, and milliseconds of each step."""
    start = time.perf_counter()
    detector = train_on(images, options, progress).detector
    figures = {"fit_seconds": round(time.perf_counter() - start, 2)}
    content = save(detector)
    figures["artifact_mb"] = round(len(content) / 1e6, 2)
    figures["load_ms"] = timed(lambda: load(content))
    return figures | steps(detector, images.normal.paths[0].read_bytes())


def steps(detector: Detector, content: bytes) -> dict[str, float]:
    """Milliseconds of each step of one image's inspection."""
    photo, _ = decode_reduced(content, detector.wanted_size, FILES)
    extractor = detector.extractor
    small, _ = extractor.framed(photo, detector.image_size)
    align = extractor.alignment.aligned if extractor.alignment else np.asarray
    unaligned = replace(extractor, alignment=None)
    features = extractor.extract(small, extractor.motion(small))
    return {
        "decode_ms": timed(lambda: decode_reduced(content, detector.wanted_size, FILES)),
        "pillow_decode_ms": timed(lambda: Image.open(BytesIO(content)).load()),
        "resize_ms": timed(lambda: extractor.framed(photo, detector.image_size)),
        "align_ms": timed(lambda: align(small)),
        "features_ms": timed(lambda: unaligned.extract_unfilled(small, Motion())),
        "scoring_ms": timed(lambda: detector.evidence(features)),
        "appearance_ms": timed(lambda: appearance(photo)),
        "inspect_ms": timed(lambda: detector.inspect(photo)),
        "numpy_fft_ms": timed(lambda: np.fft.fft2(small.astype(np.float32), axes=(0, 1))),
    } | {f"all_of_{size}_megapixels_ms": all_of(detector, enlarged(photo, size)) for size in LARGE}


def all_of(detector: Detector, content: bytes) -> float:
    """Milliseconds of one image from its bytes to its prediction and statistics."""

    def inspected() -> None:
        photo, size = decode_reduced(content, detector.wanted_size, FILES)
        detector.inspect(photo, size)
        appearance(photo)

    return timed(inspected)


def enlarged(photo: Photo, megapixels: int) -> bytes:
    """A JPEG of so many megapixels that shows the photo."""
    image, written = Image.fromarray(photo), BytesIO()
    scale = (1e6 * megapixels / (image.width * image.height)) ** 0.5
    image.resize((round(scale * image.width), round(scale * image.height))).save(written, "JPEG", quality=90)
    return written.getvalue()


def timed(work: Callable[[], object]) -> float:
    """The least of several runs' milliseconds, after one that warms up."""
    work()
    spent = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return round(1e3 * min(spent), 2)
