"""The layers behind a network's taps, written into its ONNX graph, so that one run of it makes both grids.

onnxruntime keeps maps in an order of its own, and its own layers read them as they are: nothing large is written out to
be averaged. The `onnx` package is not needed; `onnx_file` has the sources of the format.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.features import onnx_writer
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.network_limits import tap_shapes
from chalicelib.vision.features.onnx_file import GRAPH, OUTPUTS, OnnxError, fields, read_onnx

TRIED = 64  # px: the side of an image whose taps show the strides
STRIDES = (1, 2, 4, 8, 16, 32)  # px: image sides are multiples of them
NONE = np.zeros((0, 0), np.float32)
GRIDS = ("linewatch.cells", "linewatch.texture")  # the outputs

type Matrix = NDArray[np.float32]


def with_grids(content: bytes, texture_taps: int, matrices: tuple[Matrix, Matrix] = (NONE, NONE)) -> bytes:
    """The ONNX file of a network with two outputs in place of its taps: cells and texture, (1, h, w, channels) each.

    The texture comes at 8 px from the last `texture_taps` of the taps, or from all of stride 8 and less if that is 0.
    The cells come at 16 px from all others, each averaged over 3 x 3 of its own cells with zeros around. Taps of
    stride 4 and less become means, those of stride 32 are repeated. The channels of a grid are multiplied by its matrix
    (c, k), or stay as they are if that has none. Raises `OnnxError` for taps that do not fit.
    """
    names = read_onnx(content).outputs
    taps = list(zip(names, tap_shapes(content, (TRIED, TRIED)), strict=True))
    layers = _Layers()
    mapped, last = taps[: len(taps) - texture_taps], taps[len(taps) - texture_taps :]
    fine = [tap for tap in mapped if _stride(tap[1]) <= CELL]
    if not fine:
        raise OnnxError("no tap is as fine as 8 px: name a shallower one with --taps")
    coarse = [tap for tap in mapped if _stride(tap[1]) > CELL]
    cells = [layers.mean(layers.averaged(layers.at(CELL, *tap)), 2) for tap in fine]
    cells += [layers.averaged(layers.at(2 * CELL, *tap)) for tap in coarse]
    texture = [layers.at(CELL, *tap) for tap in last or fine]
    for maps, matrix, grid in zip((cells, texture), matrices, GRIDS, strict=True):
        layers.give(maps, matrix, grid)
    return layers.added_to(content)


def _stride(shape: tuple[int, ...]) -> int:
    """Of a tap of this shape for the tried image."""
    stride = TRIED // shape[2] if len(shape) == 4 and min(shape) > 0 else 0
    if stride not in STRIDES or shape[2:] != (TRIED // stride, TRIED // stride):
        raise OnnxError(f"a tap of shape {shape} for {TRIED} x {TRIED} px is no map of it: name others with --taps")
    return stride


class _Layers:
    """Nodes and weights, as fields of a graph. Each method adds a node and returns the name of what it makes."""

    def __init__(self) -> None:
        self._made: list[bytes] = []

    def at(self, wanted: int, tap: str, shape: tuple[int, ...]) -> str:
        """A tap, in cells of `wanted` px."""
        stride = _stride(shape)
        if stride <= wanted:
            return self.mean(tap, wanted // stride)
        side, channels = stride // wanted, shape[1]
        ones = self._weights(np.ones((channels, 1, side, side), np.float32))
        return self._node("ConvTranspose", [tap, ones], group=channels, strides=[side, side])

    def mean(self, name: str, side: int) -> str:
        """Means over side x side cells."""
        if side == 1:
            return name
        return self._node("AveragePool", [name], kernel_shape=[side, side], strides=[side, side])

    def averaged(self, name: str) -> str:
        """The mean of each cell and its neighbours, with zeros around."""
        return self._node("AveragePool", [name], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)

    def give(self, names: list[str], matrix: Matrix, grid: str) -> None:
        """An output: the channels of all these, multiplied by a matrix (c, k), as the last axis."""
        joined = self._node("Concat", names, axis=1)
        if matrix.size:
            joined = self._node("Conv", [joined, self._weights(matrix.T[:, :, None, None])])
        self._node("Transpose", [joined], grid, perm=[0, 2, 3, 1])
        self._made.append(onnx_writer.given(grid, np.float32))

    def added_to(self, content: bytes) -> bytes:
        """The ONNX file with these at the end of its graph, in place of its outputs."""
        model = list(fields(memoryview(content)))
        (graph,) = (value for field, value in model if field == GRAPH and not isinstance(value, int))
        kept = b"".join(onnx_writer.field(field, value) for field, value in fields(graph) if field != OUTPUTS)
        whole = kept + b"".join(self._made)
        return b"".join(onnx_writer.field(field, whole if field == GRAPH else value) for field, value in model)

    def _weights(self, numbers: NDArray[np.float32]) -> str:
        name = f"linewatch.{len(self._made)}"
        self._made.append(onnx_writer.weights(name, numbers))
        return name

    def _node(self, operator: str, inputs: Sequence[str], output: str = "", **settings: int | list[int]) -> str:
        output = output or f"linewatch.{len(self._made)}"
        self._made.append(onnx_writer.node(operator, inputs, output, **settings))
        return output
