"""Images for the emulator suite: drawn images, each with other content, and broken ones."""

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path

from PIL import Image, ImageDraw

from chalicelib.models.layouts import labelled
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions, train
from linewatch.samples import JPEG_QUALITY, Counts, draw, write

SEED = 7
SIZE = 128
_numbers = count()


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that a camera sends."""

    content: bytes
    content_type: str = "image/jpeg"


def a_model(folder: Path) -> bytes:
    """A small detector, trained on drawn images."""
    write(folder, {"train": Counts(normal=20, anomaly=4)}, SEED, lambda _: None)
    images = labelled(folder / "train")
    return save(train(images.normal, images.anomaly, TrainOptions(size=SIZE)).detector)


def a_photograph() -> Picture:
    """A normal part."""
    return Picture(_numbered(_normal()))


def a_defect() -> Picture:
    """A normal part with a large stain."""
    with Image.open(BytesIO(_normal())) as image:
        width, height = image.size
        stain = (0.4 * width, 0.4 * height, 0.6 * width, 0.6 * height)
        ImageDraw.Draw(image).ellipse(stain, fill="black")
        return Picture(_numbered(_encoded(image, "JPEG")))


def _numbered(jpeg: bytes) -> bytes:
    """The same picture in bytes that no other has, because a comment of the JPEG has a number."""
    return jpeg[:2] + b"\xff\xfe\x00\x06" + struct.pack(">I", next(_numbers)) + jpeg[2:]


def a_png() -> Picture:
    """A normal part as PNG."""
    with Image.open(BytesIO(_normal())) as image:
        return Picture(_encoded(image, "PNG"), "image/png")


def a_huge_header() -> Picture:
    """A PNG that says it has 20,000 x 20,000 px."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return Picture(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0")), "image/png")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@cache
def _normal() -> bytes:
    """A training image of the model, because this suite does not test how well the model predicts."""
    pixels, _ = draw(SEED, "train", 0, anomalous=False)
    return _encoded(Image.fromarray(pixels), "JPEG")


def _encoded(image: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    image.save(file, kind, quality=JPEG_QUALITY)
    return file.getvalue()
