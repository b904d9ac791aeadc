"""Whether the parts of a detector fit together: checked before a detector from a file is used."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.detector import Detector
from chalicelib.vision.features.backbone import (
    MOST_RAW,
    PREPROCESS,
    PROJECTED,
    TEXTURE,
    Backbone,
    BackboneError,
    tap_channels,
)
from chalicelib.vision.features.extractor import Extractor
from chalicelib.vision.features.filters import CELL, CHANNELS
from chalicelib.vision.features.image_statistics import STATISTICS
from chalicelib.vision.features.resizing import SIDE
from chalicelib.vision.features.upright import Upright
from chalicelib.vision.references import References
from chalicelib.vision.scoring.cell_bank import CELLS
from chalicelib.vision.scoring.familiarity import Familiarity
from chalicelib.vision.scoring.kernels import CLIP, PER_UNIT

LARGEST_AREA = 2048 * 2048
LARGEST_SIDE = 2**16  # px of the training images
LARGEST_NUMBER = 1e9  # training makes no number that is larger
LARGEST_FEATURE = 3e4  # in half precision
MOST_SUPPORT = 2000
MOST_FITTED = 1000  # samples of the Gaussian process
MOST_SUMMARIES = 2800
MOST_REFERENCES = 5
LARGEST_REFERENCES = 2_000_000  # bytes
SCALES = ("channel_deviation", "descriptor.deviation", "gaussian.unit", "unusual.deviation")
"""Infinite for a channel that never varies: `arrays.scale_of`."""
PARTS = ("bank", "stacking", "process", "gaussian")
POSITIVE = (
    *SCALES,
    *(f"{part}.deviation" for part in PARTS),
    "discriminant.unit",
    "score_deviation",
    "slope",
    ".scale",
)
NOT_NEGATIVE = ("weights", "process.mean", "gaussian.mean", "process.rows", "ends", "farthest")
PROBABILITIES = ("threshold", "descriptor.share", "left_out_normal", "left_out_anomaly")

type Shape = tuple[int, ...]


class BadDetector(ValueError):
    """No detector has such a part; the message names it."""


def check(detector: Detector) -> None:
    """Raise `BadDetector` for a detector that cannot work, asks for absurd memory or time, or holds absurd numbers."""
    for name, value in parts(detector):
        if isinstance(value, int | float | np.ndarray) and not isinstance(value, bool):
            _check_numbers(name, np.asarray(value))
    height, width = detector.image_size
    if height % SIDE or width % SIDE or not 0 < height * width <= LARGEST_AREA or height < 0:
        raise BadDetector(f"image_size is {detector.image_size}")
    if not 0 < min(detector.trained_on) <= max(detector.trained_on) <= LARGEST_SIDE:
        raise BadDetector(f"trained_on is {detector.trained_on}")
    if not len(detector.left_out_normal):
        raise BadDetector("left_out_normal is empty")
    _check_shapes(detector)
    _check_familiarity(detector.familiarity)
    _check_upright(detector.extractor.upright)
    _check_support(detector.support, detector.process.rows)
    if detector.supervised and detector.supervised.cells:
        _check_range("supervised.cells.unusual.support", detector.supervised.cells.unusual.support)
    _check_references(detector.references)
    _check_extractor(detector.extractor, (height, width))


def parts(part: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The settings and arrays of a detector with their dotted names."""
    if not is_dataclass(part):
        yield name, part
        return
    for field in fields(part):
        yield from parts(getattr(part, field.name), f"{name}.{field.name}".strip("."))


def _check_numbers(name: str, numbers: NDArray[Any]) -> None:
    if numbers.dtype == np.float16:
        _check_half_precision(name, numbers)
        return
    kept = numbers[numbers != np.inf] if name.endswith(SCALES) else numbers
    if numbers.dtype.kind == "f" and not np.isfinite(kept).all():
        raise BadDetector(f"{name} is not finite")
    if numbers.itemsize > 1 and kept.size and (kept.max() > LARGEST_NUMBER or kept.min() < -LARGEST_NUMBER):
        raise BadDetector(f"{name} has numbers beyond {LARGEST_NUMBER:g}")
    if name.endswith(POSITIVE) and (numbers <= 0).any():
        raise BadDetector(f"{name} is not positive")
    if name.endswith(NOT_NEGATIVE) and (numbers < 0).any():
        raise BadDetector(f"{name} is negative")
    if name.endswith(PROBABILITIES) and ((numbers < 0) | (numbers > 1)).any():
        raise BadDetector(f"{name} is no probability from 0 to 1")


def _check_half_precision(name: str, numbers: NDArray[np.float16]) -> None:
    """By the numbers' bits without the sign, which grow with the size, infinity and NaN last: ten times as fast."""
    largest = np.array(LARGEST_FEATURE, np.float16).view(np.uint16)
    if ((numbers.view(np.uint16) & 0x7FFF) > largest).any():
        raise BadDetector(f"{name} is not finite or has numbers beyond {LARGEST_FEATURE:g}")


def _check_shapes(detector: Detector) -> None:
    """Raise `BadDetector` unless the arrays have the shapes that the image size and the channels ask for."""
    height, width = detector.image_size
    matched, channels = _channels(detector.extractor.backbone)
    texture, cells = (height // CELL, width // CELL), (height // CELL // 2, width // CELL // 2)
    length = 3 * channels + channels * (channels + 1) // 2
    rows, fitted = len(detector.support), len(detector.process.rows)
    wanted: dict[str, Shape] = {
        "descriptor.channel_deviation": (channels,),
        "descriptor.mean": (length,),
        "descriptor.deviation": (length,),
        "support": (rows, length),
        "process.factor": (fitted, fitted),
        "familiarity.lowest": (len(STATISTICS),),
        "familiarity.highest": (len(STATISTICS),),
        "familiarity.summaries": (len(detector.familiarity.summaries), 2 * matched),
        "supervised.coefficients": (rows,),
        **{f"supervised.stacking.{name}": (2,) for name in ("mean", "deviation", "weights")},
        "supervised.cells.coefficients": (rows,),
        "supervised.cells.unusual.support": (rows, matched),
        **{f"supervised.cells.unusual.{name}": (matched,) for name in ("mean", "deviation")},
        **{f"discriminant.{name}": (matched,) for name in ("direction", "around")},
        "gaussian.center": (3 * matched,),
        "gaussian.unit": (3 * matched,),
        "gaussian.whitening": ((3 * matched + 1) * (3 * matched + 2) // 2,),
        "bank.cells": (min(max(1, len(detector.bank.cells)), CELLS), matched),
        "extractor.alignment.template": (3, height // 4, width // 4),
        "extractor.upright.template": (3, height // 4, width // 4),
        "extractor.upright.part": texture,
        **{f"extractor.{name}region.cells": texture for name in ("", "alignment.")},
        **{f"extractor.{name}region.colour": (3,) for name in ("", "alignment.", "upright.")},
        **_region_shapes(detector.extractor.upright),
        "extractor.filling.cells": (*cells, matched),
        "extractor.filling.texture": (*texture, channels),
        **_projection_shapes(detector.extractor.backbone),
        "references.expected": (len(detector.references.ends), len(detector.reference_names)),
    }
    for name, value in parts(detector):
        shape = wanted.get(name, (getattr(value, "size", 0),))
        if isinstance(value, np.ndarray) and value.shape != shape:
            raise BadDetector(f"{name} has shape {value.shape} instead of {shape}")


def _channels(backbone: Backbone | None) -> tuple[int, int]:
    """Of the cells and of the texture."""
    if not backbone:
        return CHANNELS, CHANNELS
    raw = tap_channels(backbone.graph.tobytes(), (SIDE, SIDE), backbone.texture_taps)[0]
    return (raw if raw <= MOST_RAW else PROJECTED), TEXTURE


def _projection_shapes(backbone: Backbone | None) -> dict[str, Shape]:
    if not backbone:
        return {}
    cells, texture = backbone.cells.scale.size, backbone.texture.scale.size
    return {
        "extractor.backbone.cells.matrix": (cells, PROJECTED if cells else 0),
        "extractor.backbone.texture.matrix": (texture, TEXTURE),
    }


def _region_shapes(upright: Upright | None) -> dict[str, Shape]:
    """A region of whole photos may have any number of cells."""
    if not upright or not upright.region:
        return {}
    height, width = (*upright.region.cells.shape, 0, 0)[:2]
    return {"extractor.upright.region.cells": (max(1, height), max(1, width))}


def _check_extractor(extractor: Extractor, image_size: tuple[int, int]) -> None:
    if extractor.fills != bool(extractor.filling):
        raise BadDetector("a filling goes with an alignment, a region or upright parts")
    if extractor.upright and extractor.region:
        raise BadDetector("upright parts have a region of their own")
    backbone = extractor.backbone
    if not backbone:
        return
    if backbone.preprocess not in PREPROCESS:
        raise BadDetector(f"extractor.backbone.preprocess is {backbone.preprocess!r}")
    try:
        cells, texture = tap_channels(backbone.graph.tobytes(), image_size, backbone.texture_taps)
    except BackboneError as error:
        raise BadDetector(f"extractor.backbone.graph: {error}") from error
    scaled = backbone.cells.scale.size, backbone.texture.scale.size
    if scaled != (cells if cells > MOST_RAW else 0, texture):
        raise BadDetector(f"extractor.backbone.graph has {cells, texture} channels, but scales of {scaled}")


def _check_familiarity(familiarity: Familiarity) -> None:
    count = len(familiarity.summaries)
    if not 0 < count <= MOST_SUMMARIES:
        raise BadDetector(f"familiarity.summaries has {count} rows")
    if (familiarity.lowest > familiarity.highest).any():
        raise BadDetector("familiarity.lowest is above familiarity.highest")


def _check_upright(upright: Upright | None) -> None:
    if not upright:
        return
    height, width = upright.photo_size
    if min(height, width) <= 0 or height * width > LARGEST_AREA:
        raise BadDetector(f"extractor.upright.photo_size is {upright.photo_size}")
    if not all(abs(each) <= max(height, width) for each in upright.middle):  # so that NaN fails
        raise BadDetector("extractor.upright.middle is beyond the photo")


def _check_support(support: NDArray[np.int8], rows: NDArray[np.int64]) -> None:
    count, fitted = len(support), len(rows)
    if not 0 < fitted <= min(MOST_FITTED, count) or count > MOST_SUPPORT:
        raise BadDetector(f"support has {count} rows and process.rows {fitted}")
    if (np.diff(rows) <= 0).any() or rows[-1] >= count:
        raise BadDetector("process.rows are not different rows of the support, in order")
    _check_range("support", support)


def _check_range(name: str, quantised: NDArray[np.int8]) -> None:
    if quantised.max() > CLIP * PER_UNIT or quantised.min() < -CLIP * PER_UNIT:
        raise BadDetector(f"{name} has vectors beyond the descriptor's range")


def _check_references(references: References) -> None:
    ends, size = references.ends, references.files.size
    if not 0 < len(ends) <= MOST_REFERENCES or not 0 < size <= LARGEST_REFERENCES:
        raise BadDetector(f"references.ends has {len(ends)} images and references.files {size} bytes")
    if (np.diff(ends, prepend=0) <= 0).any() or ends[-1] != size:
        raise BadDetector(f"references.ends are not the ends of files in {size} bytes, in order")
