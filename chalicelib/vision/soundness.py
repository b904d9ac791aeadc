"""Whether the parts of a detector fit together: checked before a detector from a file is used."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.backbone import PREPROCESS, Backbone
from chalicelib.vision.detector import Detector
from chalicelib.vision.filters import CELL, CHANNELS
from chalicelib.vision.intake import SIDE
from chalicelib.vision.normal import MATCHED, Place
from chalicelib.vision.view import Viewer

LARGEST_AREA = 2048 * 2048
FARTHEST = 8  # cells

type Shape = tuple[int, ...]


def check(detector: Detector) -> None:
    """Raise ValueError, naming the part, for a detector that could not work or would ask for absurd memory."""
    height, width = detector.image_size
    if height % SIDE or width % SIDE or not 0 < height * width <= LARGEST_AREA or height < 0:
        raise ValueError(f"the image size is {detector.image_size}")
    channels, deep = CHANNELS, CHANNELS
    if detector.viewer.backbone:
        channels, deep = _check_backbone(detector.viewer.backbone)
    fine, coarse = (height // CELL, width // CELL), (height // CELL // 2, width // CELL // 2)
    _check_place("fine", detector.fine, (*fine, min(MATCHED, channels)))
    _check_place("coarse", detector.coarse, (*coarse, min(MATCHED, deep)))
    length = 3 * channels + channels * (channels + 1) // 2
    rows, familiar = len(detector.support), len(detector.familiar.factor)
    _check_shapes(
        {
            "descriptor.channel_deviation": (detector.descriptor.channel_deviation, (channels,)),
            "descriptor.mean": (detector.descriptor.mean, (length,)),
            "descriptor.deviation": (detector.descriptor.deviation, (length,)),
            "support": (detector.support, (rows, length)),
            "familiar.factor": (detector.familiar.factor, (familiar, familiar)),
            "familiar.rows": (detector.familiar.rows, (familiar,)),
        }
    )
    indices = detector.familiar.rows
    if indices.dtype.kind != "i" or ((indices < 0) | (indices >= rows)).any():
        raise ValueError("familiar.rows are not rows of the support")
    if detector.supervised:
        stack = detector.supervised.stack
        parts = {"mean": stack.mean, "deviation": stack.deviation, "weights": stack.weights}
        _check_shapes({f"stack.{name}": (part, (4,)) for name, part in parts.items()})
        _check_shapes({"supervised.weights": (detector.supervised.weights, (rows,))})
    _check_viewer(detector.viewer, (height, width), (*fine, channels), (*coarse, deep))


def _check_viewer(viewer: Viewer, size: Shape, fine: Shape, coarse: Shape) -> None:
    if not viewer.alignment and not viewer.filling:
        return
    if not viewer.alignment or not viewer.filling:
        raise ValueError("an alignment and a filling go together")
    _check_shapes(
        {
            "alignment.template": (viewer.alignment.template, (3, size[0] // 4, size[1] // 4)),
            "filling.fine": (viewer.filling.fine, fine),
            "filling.coarse": (viewer.filling.coarse, coarse),
        }
    )


def _check_place(name: str, place: Place, shape: Shape) -> None:
    height, width, channels = shape
    normals, usual = place.normals, place.usual
    if not 0 <= normals.radius <= FARTHEST:
        raise ValueError(f"{name}.normals.radius is {normals.radius}")
    _check_shapes(
        {
            f"{name}.normals.bank": (normals.bank, (max(1, len(normals.bank)), height, width, channels)),
            f"{name}.normals.channel_mean": (normals.channel_mean, (channels,)),
            f"{name}.normals.channel_deviation": (normals.channel_deviation, (channels,)),
            f"{name}.usual.mean": (usual.mean, (height, width)),
            f"{name}.usual.spread": (usual.spread, (height, width)),
            f"{name}.usual.score_mean": (usual.score_mean, (2,)),
            f"{name}.usual.score_deviation": (usual.score_deviation, (2,)),
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
