"""EfficientNet-Lite0 as an ONNX graph, up to the maps that are wanted.

The architecture is that of https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite. A stem
comes first, then blocks of a 1 x 1 expansion, a depthwise convolution and a 1 x 1 projection (Sandler and others,
MobileNetV2, 2018), with relu6 after the first two. Batch normalisation is folded into the convolutions.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

TAPS = ("b4", "b10")  # 40 channels at stride 8, 112 at stride 16: what cells are matched by
TEXTURE_TAPS = ("e3", "e5")  # 144 channels at stride 4, 240 at stride 8: what describes the whole
BLOCKS = 16
HALVING = {1, 3, 5, 11}  # blocks whose depthwise convolution has stride 2
ADDING = {2, 4, 6, 7, 9, 10, 12, 13, 14}  # blocks that add their input to their output
EPSILON = 1e-3  # of the batch normalisation
OPSET, FORMAT = 17, 8  # of ONNX

type Weights = Mapping[str, NDArray[Any]]


def graph(weights: Weights, taps: Sequence[str] = (*TAPS, *TEXTURE_TAPS)) -> bytes:
    """An ONNX model from `x` (1, 3, H, W), pixels scaled to -1..1, to the taps. The same weights give the same bytes.

    A tap is `stem`, or of block n = 0..15: `en` its expansion (n > 0), `dn` its depthwise convolution, both after
    relu6, and `bn` its output. Layers that no tap needs are left out. Raises `ValueError` for any other name.
    """
    network = _Network(weights)
    missing = set(taps)
    for name in network.maps():
        missing.discard(name)
        if not missing:
            return network.model(taps)
    raise ValueError(f"EfficientNet-Lite0 has no {', '.join(sorted(missing))}")


class _Network:
    """The nodes and folded weights made so far."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._stored = [_constant("zero", np.float32(0)), _constant("six", np.float32(6))]

    def maps(self) -> Iterator[str]:
        """Add layer by layer; the name of each map that a tap may take, once it is made."""
        yield (last := self._convolution("stem", "x", "_conv_stem", "_bn0", stride=2))
        for block in range(BLOCKS):
            of, stride, start = f"_blocks.{block}.", 2 if block in HALVING else 1, last
            if block:
                yield (last := self._convolution(f"e{block}", last, f"{of}_expand_conv", f"{of}_bn0"))
            yield (last := self._convolution(f"d{block}", last, f"{of}_depthwise_conv", f"{of}_bn1", stride))
            yield (last := self._projection(block, last, start))

    def model(self, taps: Sequence[str]) -> bytes:
        """All layers so far, with an image of any size in and the taps out."""
        number = onnx.TensorProto.FLOAT
        image = onnx.helper.make_tensor_value_info("x", number, ["n", 3, "height", "width"])
        outputs = [onnx.helper.make_tensor_value_info(tap, number, None) for tap in taps]
        made = onnx.helper.make_graph(self._nodes, "efficientnet_lite0", [image], outputs, self._stored)
        opsets = [onnx.helper.make_opsetid("", OPSET)]
        return bytes(onnx.helper.make_model(made, opset_imports=opsets, ir_version=FORMAT).SerializeToString())

    def _projection(self, block: int, expanded: str, start: str) -> str:
        """The block's output."""
        name, layer, norm = f"b{block}", f"_blocks.{block}._project_conv", f"_blocks.{block}._bn2"
        if block not in ADDING:
            return self._linear(name, expanded, layer, norm, stride=1)
        return self._add_node("Add", [self._linear(f"p{block}", expanded, layer, norm, stride=1), start], name)

    def _convolution(self, name: str, taken: str, layer: str, norm: str, stride: int = 1) -> str:
        """A convolution with its batch normalisation and relu6."""
        return self._add_node("Clip", [self._linear(f"{name}.c", taken, layer, norm, stride), "zero", "six"], name)

    def _linear(self, name: str, taken: str, layer: str, norm: str, stride: int) -> str:
        """A convolution with its batch normalisation."""
        kernel, bias = folded(self._weights, layer, norm)
        made, depth, height, width = kernel.shape
        self._stored += [_constant(f"{name}.w", kernel), _constant(f"{name}.b", bias)]
        settings = {"kernel_shape": [height, width], "strides": [stride, stride], "auto_pad": "SAME_UPPER"}
        group = made if depth == 1 else 1
        return self._add_node("Conv", [taken, f"{name}.w", f"{name}.b"], name, group=group, **settings)

    def _add_node(self, operator: str, taken: list[str], name: str, **settings: Any) -> str:
        self._nodes.append(onnx.helper.make_node(operator, taken, [name], **settings))
        return name


def folded(weights: Weights, layer: str, norm: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The kernel (out, in, h, w) and bias (out,) that equal a convolution and the batch normalisation after it."""
    kernel = weights[f"{layer}.weight"].astype(np.float64)
    scale, shift, mean, variance = (
        weights[f"{norm}.{each}"].astype(np.float64) for each in ("weight", "bias", "running_mean", "running_var")
    )
    gain = scale / np.sqrt(variance + EPSILON)
    return (kernel * gain[:, None, None, None]).astype(np.float32), (shift - mean * gain).astype(np.float32)


def _constant(name: str, value: Any) -> onnx.TensorProto:
    return onnx.numpy_helper.from_array(np.asarray(value), name)
