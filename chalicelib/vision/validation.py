"""Whether the parts of a detector fit together: checked before a detector from a file is used."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.detector import Detector
from chalicelib.vision.features.backbone import PREPROCESS, Backbone
from chalicelib.vision.features.extractor import Extractor
from chalicelib.vision.features.filters import CELL, CHANNELS
from chalicelib.vision.features.resizing import SIDE
from chalicelib.vision.scoring.memory_bank import MATCHED, FittedGrid

LARGEST_AREA = 2048 * 2048
FARTHEST = 8  # cells

type Shape = tuple[int, ...]


def check(detector: Detector) -> None:
    """Raise ValueError, naming the part, for a detector that could not work or would ask for absurd memory."""
    height, width = detector.image_size
    if height % SIDE or width % SIDE or not 0 < height * width <= LARGEST_AREA or height < 0:
        raise ValueError(f"the image size is {detector.image_size}")
    channels, deep = CHANNELS, CHANNELS
    if detector.extractor.backbone:
        channels, deep = _check_backbone(detector.extractor.backbone)
    fine, coarse = (height // CELL, width // CELL), (height // CELL // 2, width // CELL // 2)
    _check_grid("fine", detector.fine, (*fine, min(MATCHED, channels)))
    _check_grid("coarse", detector.coarse, (*coarse, min(MATCHED, deep)))
    length = 3 * channels + channels * (channels + 1) // 2
    rows, fitted = len(detector.support), len(detector.process.factor)
    _check_shapes(
        {
            "descriptor.channel_deviation": (detector.descriptor.channel_deviation, (channels,)),
            "descriptor.mean": (detector.descriptor.mean, (length,)),
            "descriptor.deviation": (detector.descriptor.deviation, (length,)),
            "support": (detector.support, (rows, length)),
            "process.factor": (detector.process.factor, (fitted, fitted)),
            "process.rows": (detector.process.rows, (fitted,)),
        }
    )
    indices = detector.process.rows
    if indices.dtype.kind != "i" or ((indices < 0) | (indices >= rows)).any():
        raise ValueError("process.rows are not rows of the support")
    if detector.supervised:
        stacking = detector.supervised.stacking
        parts = {"mean": stacking.mean, "deviation": stacking.deviation, "weights": stacking.weights}
        _check_shapes({f"stacking.{name}": (part, (4,)) for name, part in parts.items()})
        _check_shapes({"supervised.coefficients": (detector.supervised.coefficients, (rows,))})
    _check_extractor(detector.extractor, (height, width), (*fine, channels), (*coarse, deep))


def _check_extractor(extractor: Extractor, size: Shape, fine: Shape, coarse: Shape) -> None:
    if not extractor.alignment and not extractor.filling:
        return
    if not extractor.alignment or not extractor.filling:
        raise ValueError("an alignment and a filling go together")
    _check_shapes(
        {
            "alignment.template": (extractor.alignment.template, (3, size[0] // 4, size[1] // 4)),
            "filling.fine": (extractor.filling.fine, fine),
            "filling.coarse": (extractor.filling.coarse, coarse),
        }
    )


def _check_grid(name: str, grid: FittedGrid, shape: Shape) -> None:
    height, width, channels = shape
    bank, statistics = grid.bank, grid.statistics
    if not 0 <= bank.radius <= FARTHEST:
        raise ValueError(f"{name}.bank.radius is {bank.radius}")
    _check_shapes(
        {
            f"{name}.bank.grids": (bank.grids, (max(1, len(bank.grids)), height, width, channels)),
            f"{name}.bank.channel_mean": (bank.channel_mean, (channels,)),
            f"{name}.bank.channel_deviation": (bank.channel_deviation, (channels,)),
            f"{name}.statistics.mean": (statistics.mean, (height, width)),
            f"{name}.statistics.spread": (statistics.spread, (height, width)),
            f"{name}.statistics.score_mean": (statistics.score_mean, (2,)),
            f"{name}.statistics.score_deviation": (statistics.score_deviation, (2,)),
        }
    )


def _check_backbone(backbone: Backbone) -> tuple[int, int]:
    """The channels of its fine and of its coarse grid."""
    if backbone.preprocess not in PREPROCESS:
        raise ValueError(f"the backbone's preparation is {backbone.preprocess!r}")
    fine, deep = len(backbone.fine_scale), len(backbone.deep_scale)
    channels = backbone.fine_projection.shape[-1]
    _check_shapes({"fine_projection": (backbone.fine_projection, (fine, channels))})
    if not deep:
        return channels, channels
    _check_shapes({"deep_projection": (backbone.deep_projection, (channels + deep, channels))})
    return channels, channels


def _check_shapes(parts: dict[str, tuple[NDArray[np.generic], Shape]]) -> None:
    for name, (array, shape) in parts.items():
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape} instead of {shape}")
