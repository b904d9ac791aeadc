"""Regions of interest as people draw them: an image that is white where to inspect, or polygons."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chalicelib.core.errors import LinewatchError
from chalicelib.vision.arrays import Known
from chalicelib.vision.decode import Undecodable, decode

SIDE = 512  # px of the mask that polygons are drawn into
LIGHT = 127  # brighter pixels are inspected
DARKEST, WHITEST, MOST_GREY = 48, 207, 0.5  # between them, pixels are neither black nor white; their share in a drawing


class BadRegion(LinewatchError):
    """The file is no region of interest; the message says why."""


def read_region(path: Path) -> Known:
    """The mask (h, w) of a region, true where to inspect, that covers a whole photo.

    A .json file has a list of polygons, each a list of three or more points [x, y] in fractions of the photo's width
    and height. Any other file is a PNG or JPEG image, white where to inspect. Raises `BadRegion`.
    """
    content = path.read_bytes()
    try:
        mask = _drawn(json.loads(content)) if path.suffix.lower() == ".json" else _light(decode(content).max(axis=2))
    except (Undecodable, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise BadRegion(f"{path} is no region: {error}") from error
    if not mask.any():
        raise BadRegion(f"{path} leaves nothing to inspect: white, or the inside of a polygon, is inspected")
    return np.asarray(mask, np.bool_)


def _light(grey: NDArray[np.uint8]) -> Known:
    """What is white. A photo that was given by mistake has neither white nor black almost everywhere."""
    if ((grey > DARKEST) & (grey < WHITEST)).mean() > MOST_GREY:
        raise ValueError("it looks like a photo: draw white where to inspect and black elsewhere")
    return np.asarray(grey > LIGHT)


def _drawn(polygons: Any) -> Known:
    if not isinstance(polygons, list) or not polygons:
        raise ValueError("it should be a list of polygons")
    image = Image.new("1", (SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    for polygon in polygons:
        points = [_point(point) for point in (polygon if isinstance(polygon, list) else [polygon])]
        if len(points) < 3:
            raise ValueError("a polygon has fewer than three points")
        draw.polygon([(x * SIDE, y * SIDE) for x, y in points], fill=1)
    return np.asarray(image)


def _point(point: Any) -> tuple[float, float]:
    try:
        x, y = map(float, point)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{point!r} is no point [x, y] of a polygon") from error
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(f"the point {point} is not in fractions from 0 to 1")
    return x, y
