"""Brush strokes of Label Studio: the RGBA values of an image, packed as the package rle-pack does.

A head of 32 bits (how many values), 5 (the bits of a value, less one) and four times 4 (the bits of a length, less
one). Then runs: one bit (1: one value that repeats, 0: each value by itself), 2 bits (which of the four), the length
less one, and the value or values. https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chalicelib.models.drawings import Runs
from chalicelib.vision.decode import MOST_PIXELS


class _Bits:
    def __init__(self, content: bytes) -> None:
        self._bits = np.unpackbits(np.frombuffer(content, np.uint8))
        self._at = 0

    def read(self, count: int) -> int:
        value = 0
        for bit in self.take(count):
            value = value << 1 | int(bit)
        return value

    def values(self, count: int, size: int) -> NDArray[np.int64]:
        weights = 1 << np.arange(size - 1, -1, -1, dtype=np.int64)
        return np.asarray(self.take(count * size).reshape(count, size) @ weights, np.int64)

    def take(self, count: int) -> NDArray[np.uint8]:
        taken = self._bits[self._at : self._at + count]
        if len(taken) < count:
            raise ValueError("its brush strokes are cut off")
        self._at += count
        return taken


def brushed(packed: Sequence[int], size: tuple[int, int]) -> Runs:
    """The run lengths of what is brushed in an image of this (width, height). Raises ValueError."""
    width, height = size
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"its brush strokes are of an image of {width} x {height} px")
    values = _unpacked(_Bits(bytes(packed)), width * height * 4)
    marked = values.reshape(height, width, 4)[:, :, 3].T.reshape(-1) > 0  # down one column after the other
    ends = np.flatnonzero(np.diff(marked)) + 1
    lengths = np.diff([0, *ends, marked.size]).tolist()
    return (0, *lengths) if marked[0] else tuple(lengths)


def _unpacked(bits: _Bits, expected: int) -> NDArray[np.int64]:
    count, size = bits.read(32), bits.read(5) + 1
    lengths = [bits.read(4) + 1 for _ in range(4)]
    if count != expected:
        raise ValueError(f"its brush strokes have {count} values, its image has {expected}")
    values, at = np.zeros(count, np.int64), 0
    while at < count:
        repeats = bits.read(1)
        end = min(at + 1 + bits.read(lengths[bits.read(2)]), count)
        values[at:end] = bits.values(1, size)[0] if repeats else bits.values(end - at, size)
        at = end
    return values
