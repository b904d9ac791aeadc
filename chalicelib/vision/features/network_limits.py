"""How much work a network asks for: every operator's output shape is inferred, so that none can run without end.

Only operators are allowed whose work follows from the shapes alone: no loops, no branches, no shapes from the data.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chalicelib.vision.features.onnx_file import Network, Node, OnnxError, read_onnx

MOST_NODES = 1000
MOST_MULTIPLY_ADDS = 20_000_000_000
NARROW = 8  # a convolution to fewer channels in a group takes as long as one to these, measured
POOLING = 16  # a place of a pooling's kernel takes as long as these multiply-adds, measured
LARGEST_TENSOR = 2**26  # numbers: 256 MiB
MOST_NUMBERS = 300_000_000  # in the outputs of all nodes

type Shape = tuple[int, ...]


@dataclass(frozen=True)
class Inferred:
    """What one node makes."""

    shape: Shape
    multiply_adds: int


def tap_shapes(content: bytes, image_size: tuple[int, int]) -> list[Shape]:
    """The shapes of an ONNX file's outputs, for an input of shape (1, 3, height, width).

    Raises `OnnxError` for an operator that is not allowed, shapes that do not fit together, or too much work.
    """
    network = read_onnx(content)
    if len(network.inputs) != 1:
        raise OnnxError(f"it has {len(network.inputs)} inputs, not 1")
    shapes = dict(network.weights) | {network.inputs[0]: (1, 3, *image_size)}
    _check_sizes(network, _inferred(network, shapes))
    unknown = [name for name in network.outputs if name not in shapes]
    if unknown or not network.outputs:
        raise OnnxError(f"no node makes its output {', '.join(unknown)}")
    return [shapes[name] for name in network.outputs]


def _inferred(network: Network, shapes: dict[str, Shape]) -> list[Inferred]:
    """What each node makes; its outputs' shapes are added to `shapes`."""
    if len(network.nodes) > MOST_NODES:
        raise OnnxError(f"it has {len(network.nodes)} nodes; at most {MOST_NODES} are taken")
    made = []
    for node in network.nodes:
        if node.operator not in RULES:
            raise OnnxError(f"operator {node.operator} is not one of those allowed: {', '.join(sorted(RULES))}")
        try:
            made.append(RULES[node.operator](node, [shapes[name] for name in node.inputs if name]))
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise OnnxError(f"the inputs of {node.operator} ({', '.join(node.inputs)}) do not fit: {error}") from error
        if len(node.outputs) != 1 or node.outputs[0] in shapes:
            raise OnnxError(f"the outputs of {node.operator} are {', '.join(node.outputs)}, not one new name")
        shapes[node.outputs[0]] = made[-1].shape
    return made


def _check_sizes(network: Network, made: list[Inferred]) -> None:
    numbers = [math.prod(each.shape) for each in made]
    largest = max([*numbers, *(math.prod(shape) for shape in network.weights.values())], default=0)
    if largest > LARGEST_TENSOR or sum(numbers) > MOST_NUMBERS:
        raise OnnxError(
            f"its largest tensor has {largest} numbers and all have {sum(numbers)};"
            f" at most {LARGEST_TENSOR} and {MOST_NUMBERS} are taken"
        )
    work = sum(each.multiply_adds for each in made)
    if work > MOST_MULTIPLY_ADDS:
        raise OnnxError(f"an image takes {work} multiply-adds; at most {MOST_MULTIPLY_ADDS} are taken")


def _same(_node: Node, inputs: list[Shape]) -> Inferred:
    return Inferred(inputs[0], 0)


def _broadcast(_node: Node, inputs: list[Shape]) -> Inferred:
    return Inferred(np.broadcast_shapes(*inputs), 0)


def _constant(node: Node, _inputs: list[Shape]) -> Inferred:
    value = node.attributes.get("value", ())
    return Inferred(value if isinstance(value, tuple) else (), 0)


def _concat(node: Node, inputs: list[Shape]) -> Inferred:
    first = inputs[0]
    if node.attributes["axis"] not in (1, -3) or any((s[0], *s[2:]) != (first[0], *first[2:]) for s in inputs):
        raise ValueError("only channels of maps of one size are joined")
    return Inferred((first[0], sum(shape[1] for shape in inputs), *first[2:]), 0)


def _global_pool(_node: Node, inputs: list[Shape]) -> Inferred:
    count, channels, _, _ = inputs[0]
    return Inferred((count, channels, 1, 1), math.prod(inputs[0]))


def _pool(node: Node, inputs: list[Shape]) -> Inferred:
    count, channels, *sides = inputs[0]
    kernel = _numbers(node, "kernel_shape", len(sides), None)
    shape = (count, channels, *_windows(node, sides, kernel))
    return Inferred(shape, math.prod(shape) * math.prod(kernel) * POOLING)


def _convolution(node: Node, inputs: list[Shape]) -> Inferred:
    (count, channels, *sides), weights = inputs[:2]
    made, taken, *kernel = weights
    group = node.attributes.get("group", 1)
    if not isinstance(group, int) or group < 1 or taken * group != channels or made % group or not made:
        raise ValueError(f"weights of shape {weights} in {group} groups for {channels} channels")
    if _numbers(node, "kernel_shape", len(sides), kernel) != kernel or len(kernel) != len(sides):
        raise ValueError(f"weights of shape {weights} and kernel_shape {node.attributes['kernel_shape']}")
    shape = (count, made, *_windows(node, sides, kernel))
    return Inferred(shape, math.prod(shape) // made * max(made, NARROW * group) * math.prod(weights[1:]))


def _windows(node: Node, sides: list[int], kernel: list[int]) -> list[int]:
    """How many places a kernel has along each side."""
    count = len(sides)
    strides, dilations = _numbers(node, "strides", count, [1] * count), _numbers(node, "dilations", count, [1] * count)
    pads = _numbers(node, "pads", 2 * count, [0] * 2 * count, least=0)
    padding, up = node.attributes.get("auto_pad", "NOTSET"), node.attributes.get("ceil_mode", 0)
    places = []
    for axis, side in enumerate(sides):
        reach, step = dilations[axis] * (kernel[axis] - 1) + 1, strides[axis]
        if padding in ("SAME_UPPER", "SAME_LOWER"):
            places.append(-(-side // step))
            continue
        free = side - reach + (pads[axis] + pads[axis + count] if padding == "NOTSET" else 0)
        places.append((-(-free // step) if up else free // step) + 1)
    if min(places) < 1:
        raise ValueError(f"a kernel of {kernel} on a map of {sides}")
    return places


def _numbers(node: Node, name: str, count: int, missing: list[int] | None, least: int = 1) -> list[int]:
    """An attribute of `count` integers of at least `least`."""
    numbers = node.attributes.get(name, missing)
    if not isinstance(numbers, list) or len(numbers) != count or min(numbers, default=least) < least:
        raise ValueError(f"{name} is {numbers}")
    return numbers


RULES: dict[str, Callable[[Node, list[Shape]], Inferred]] = {
    **dict.fromkeys(("Add", "Div", "Max", "Min", "Mul", "PRelu", "Sub"), _broadcast),
    **dict.fromkeys(("BatchNormalization", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "Identity"), _same),
    **dict.fromkeys(("InstanceNormalization", "LeakyRelu", "Relu", "Sigmoid", "Softplus", "Tanh"), _same),
    **dict.fromkeys(("AveragePool", "MaxPool"), _pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), _global_pool),
    "Concat": _concat,
    "Constant": _constant,
    "Conv": _convolution,
}
