"""Sample images with what a model would say of them."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.spots import Box
from linewatch.samples import draw

CELLS = 24
_MARGIN = 6


@dataclass(frozen=True)
class Drawn:
    """A JPEG, its size, and where its defect is."""

    content: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]
    anomaly_map: AnomalyMap
    area: float
    mask: bytes
    """A PNG: white, and red where the defect is."""


def drawn(index: int, *, anomalous: bool) -> Drawn:
    """The sample image with this index."""
    pixels, found = draw(7, "test", index, anomalous=anomalous)
    height, width = pixels.shape[:2]
    defect = np.zeros((height, width), bool) if found is None else found > 0
    levels = _levels(defect)
    boxes = (_box(defect),) if defect.any() else ()
    red = np.where(defect[..., None], np.array([235, 64, 52]), 255).astype(np.uint8)
    area = float(defect.mean())
    return Drawn(_encoded(pixels, "JPEG"), width, height, boxes, levels, area, _encoded(red, "PNG"))


def _box(defect: NDArray[np.bool_]) -> Box:
    rows, columns = np.nonzero(defect)
    height, width = defect.shape
    return Box(
        max(int(columns.min()) - _MARGIN, 0),
        max(int(rows.min()) - _MARGIN, 0),
        min(int(columns.max()) + _MARGIN, width),
        min(int(rows.max()) + _MARGIN, height),
    )


def _levels(defect: NDArray[np.bool_]) -> AnomalyMap:
    """Some noise below the level, and the defect well above it."""
    size = (CELLS, CELLS)
    spot = np.asarray(Image.fromarray(defect.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX), float)
    noise = np.random.default_rng(3).uniform(0, 70, size)
    return AnomalyMap(CELLS, CELLS, np.clip(noise + 4 * spot, 0, 255).astype(np.uint8).tobytes())


def _encoded(pixels: NDArray[np.uint8], kind: str) -> bytes:
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, kind, quality=88)
    return stream.getvalue()
