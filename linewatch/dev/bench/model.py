"""What decoding and judging one image takes: the part of a handler's time that is not Linewatch's plumbing."""

from io import BytesIO

import numpy as np
from PIL import Image

from linewatch.dev.bench.fixture import PROJECT, Ready
from linewatch.dev.bench.overhead import milliseconds


def inference(it: Ready) -> dict[str, float]:
    """Median ms of one image on one thread; Pillow's decoding of it alone as the yardstick."""
    content = it.normal[0]
    return {
        "decode_and_judge_ms": milliseconds(it.linewatch.models.registry.live(PROJECT).predict, content),
        "pillow_decode_ms": milliseconds(_decoded, content),
    }


def _decoded(content: bytes) -> None:
    with Image.open(BytesIO(content)) as image:
        np.asarray(image.convert("RGB"))
