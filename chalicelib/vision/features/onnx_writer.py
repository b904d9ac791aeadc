"""Writes parts of ONNX files without the `onnx` package, which no worker has; `onnx_file` has the format's sources."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.features.onnx_file import (
    BYTES,
    GRAPH,
    INPUTS,
    NODES,
    OPERATOR_SETS,
    OUTPUTS,
    VARINT,
    WEIGHTS,
)

FORMAT, OPERATORS = 8, 17  # versions
INTEGER, INTEGERS = 2, 7  # types of attributes
TYPES = {"float32": 1, "uint8": 2, "int32": 6}  # of a tensor's numbers


def model(parts: Iterable[bytes]) -> bytes:
    """A file of these nodes, weights, inputs and outputs."""
    operators = field(OPERATOR_SETS, field(1, "") + field(2, OPERATORS))
    return field(1, FORMAT) + operators + field(GRAPH, field(2, "graph") + b"".join(parts))


def node(operator: str, inputs: Sequence[str], output: str, **settings: int | list[int]) -> bytes:
    """One operation of a graph."""
    content = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator)
    return field(NODES, content + b"".join(field(5, _attribute(*each)) for each in settings.items()))


def weights(name: str, numbers: NDArray[Any]) -> bytes:
    """An array that belongs to a graph."""
    shape = b"".join(field(1, side) for side in numbers.shape)
    return field(WEIGHTS, shape + field(2, TYPES[numbers.dtype.name]) + field(8, name) + field(9, numbers.tobytes()))


def taken(name: str, dtype: type[np.generic]) -> bytes:
    """An input of a graph, of any shape."""
    return field(INPUTS, _value(name, dtype))


def given(name: str, dtype: type[np.generic]) -> bytes:
    """An output of a graph, of any shape."""
    return field(OUTPUTS, _value(name, dtype))


def field(number: int, value: int | str | bytes | memoryview) -> bytes:
    """A field of a message: a number, or a text, bytes or another message after their length."""
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    content = value.encode() if isinstance(value, str) else bytes(value)
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _value(name: str, dtype: type[np.generic]) -> bytes:
    return field(1, name) + field(2, field(1, field(1, TYPES[np.dtype(dtype).name])))


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, INTEGER)
    return field(1, name) + b"".join(field(8, each) for each in value) + field(20, INTEGERS)


def _varint(number: int) -> bytes:
    """A number in groups of 7 bits, the lowest first."""
    groups = []
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])
