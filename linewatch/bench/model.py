"""What decoding and judging one image takes: the part of a handler's time that is not Linewatch's plumbing."""

from io import BytesIO

import numpy as np
from PIL import Image

from chalicelib import outside
from linewatch.bench.overhead import milliseconds
from linewatch.bench.ready import PROJECT, Ready


def inference(it: Ready) -> dict[str, float]:
    """Median ms of one image on one thread; Pillow's decoding of it alone as the yardstick."""
    content = it.normal[0]
    return {
        "decode_and_judge_ms": milliseconds(outside.models().live(PROJECT).inspect, content),
        "pillow_decode_ms": milliseconds(_decoded, content),
    }


def _decoded(content: bytes) -> None:
    with Image.open(BytesIO(content)) as image:
        np.asarray(image.convert("RGB"))
