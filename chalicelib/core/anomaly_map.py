"""The small anomaly map that is stored with an inspection: how unusual each part of the image is."""

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

LARGEST_SIDE = 32
"""Cells. An image that looks usual nearly everywhere then costs about 30 bytes, any image at most 1.5 kB."""
_HEADER_BYTES = 2
_LONGEST_TEXT = 2048


@dataclass(frozen=True, slots=True)
class AnomalyMap:
    """`levels` has one byte for each of `height` x `width` cells, row by row.

    0 is usual, 128 is the level that the maps of most normal images stay below, 255 is about twice that level or more.
    ValueError for a map with a side that is not from 1 to 32, or with another number of levels than cells.
    """

    height: int
    width: int
    levels: bytes

    def __post_init__(self) -> None:
        if not (1 <= self.height <= LARGEST_SIDE and 1 <= self.width <= LARGEST_SIDE):
            raise ValueError(f"a map has 1 to {LARGEST_SIDE} rows and columns, not {self.height} x {self.width}")
        if len(self.levels) != self.height * self.width:
            raise ValueError(f"a map of {self.height} x {self.width} cells has {len(self.levels)} levels")

    def to_text(self) -> str:
        """Height and width as one byte each, then the levels: compressed with zlib, in base64."""
        content = bytes([self.height, self.width]) + self.levels
        return b64encode(zlib.compress(content, 9)).decode()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the text of `to_text`; ValueError for anything else, however far it would unpack."""
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"a map's text has at most {_LONGEST_TEXT} characters")
        packed = b64decode(text, validate=True)
        try:
            content = zlib.decompressobj().decompress(packed, _HEADER_BYTES + LARGEST_SIDE**2 + 1)
        except zlib.error as error:
            raise ValueError(f"a map's text cannot be unpacked: {error}") from error
        if len(content) < _HEADER_BYTES:
            raise ValueError("a map's text has no height and width")
        return cls(content[0], content[1], content[_HEADER_BYTES:])
