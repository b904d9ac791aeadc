"""Measure decoding and inspecting one image: the part of a handler's time that the overhead leaves out."""

from io import BytesIO

import numpy as np
from PIL import Image

from linewatch.dev.bench.fixture import PROJECT, Fixture
from linewatch.dev.bench.overhead import milliseconds


def inference(fixture: Fixture) -> dict[str, float]:
    """Median ms of one image on one thread, and of Pillow's decoding alone for comparison."""
    content = fixture.normal[0]
    return {
        "decode_and_judge_ms": milliseconds(fixture.linewatch.models.registry.live(PROJECT).predict, content),
        "pillow_decode_ms": milliseconds(_decode, content),
    }


def _decode(content: bytes) -> None:
    with Image.open(BytesIO(content)) as image:
        np.asarray(image.convert("RGB"))
