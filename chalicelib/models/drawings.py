"""Masks that are no files: polygons, boxes and run lengths, in pixels of their image."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from PIL import Image, ImageDraw

from chalicelib.vision.decode import LARGEST_SIDE, MOST_PIXELS, Undecodable

type Polygon = tuple[tuple[float, float], ...]  # (x, y) of its corners
type Runs = tuple[int, ...]  # lengths of runs of background and defect in turn, down one column after the other


@dataclass(frozen=True)
class Drawing:
    """What is marked in an image of this (width, height)."""

    size: tuple[int, int]
    polygons: Sequence[Polygon] = ()
    runs: Sequence[Runs] = ()

    def drawn(self) -> Image.Image:
        """The mask in mode L, 255 on defects. Raises `Undecodable` for a size that no image has."""
        width, height = self.size
        if min(self.size) < 1 or max(self.size) > LARGEST_SIDE or width * height > MOST_PIXELS:
            raise Undecodable(f"its annotations are of an image of {width} x {height} px")
        mask = Image.new("L", self.size)
        pen = ImageDraw.Draw(mask)
        for polygon in self.polygons:
            pen.polygon(polygon, fill=255)
        for runs in self.runs:
            marked = _filled(runs, self.size)
            mask.paste(255, mask=Image.fromarray(marked))
        return mask


def box(left: float, top: float, width: float, height: float) -> Polygon:
    """The corners of a box."""
    right, bottom = left + max(0.0, width - 1), top + max(0.0, height - 1)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _filled(runs: Runs, size: tuple[int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    width, height = size
    if min(runs, default=0) < 0 or sum(runs) != width * height:
        raise Undecodable("its run lengths do not fill the image")
    values = np.fromiter((value for value, _ in zip(cycle((0, 255)), runs, strict=False)), np.uint8, len(runs))
    return np.ascontiguousarray(np.repeat(values, runs).reshape(width, height).T)


def unpacked(text: str) -> Runs:
    """The run lengths of COCO's compressed text. Raises ValueError.

    Five bits a character, the lowest first; from the third run on, each is the difference to the last but one.
    https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c, `rleFrString`.
    """
    runs: list[int] = []
    for value in _numbers(text):
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return tuple(runs)


def _numbers(text: str) -> Iterator[int]:
    value, shift = 0, 0
    for character in text:
        code = ord(character) - 48
        if not 0 <= code < 64 or shift > 60:
            raise ValueError("this is no compressed run length")
        value |= (code & 31) << shift
        shift += 5
        if not code & 32:
            yield value - (1 << shift) if code & 16 else value
            value, shift = 0, 0
    if shift:
        raise ValueError("the run lengths are cut off")
