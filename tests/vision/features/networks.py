"""Small ONNX networks, harmless and hostile."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

LAYERS = 3  # of stride 2 each: the tap has 8 px cells


def network(nodes: Sequence[NodeProto], weights: dict[str, Any], output: str, **model: Any) -> bytes:
    """A network from `x` to one output."""
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "height", "width"])
    tap = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
    stored = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(list(nodes), "small", [image], [tap], stored)
    opsets = [helper.make_opsetid("", 17), *model.pop("opsets", [])]
    made = helper.make_model(graph, ir_version=9, opset_imports=opsets, **model)
    return bytes(made.SerializeToString())


def convolutions(seed: int = 0, channels: int = 8, tail: Sequence[NodeProto] = (), output: str = "y2") -> bytes:
    """Three convolutions of stride 2 with random weights, and more nodes behind them."""
    rng, nodes, weights, last, depth = np.random.default_rng(seed), [], {}, "x", 3
    for layer in range(LAYERS):
        weights[f"w{layer}"] = rng.normal(0, 0.3, (channels, depth, 3, 3)).astype(np.float32)
        nodes.append(helper.make_node("Conv", [last, f"w{layer}"], [f"c{layer}"], strides=[2, 2], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{layer}"], [f"y{layer}"]))
        last, depth = f"y{layer}", channels
    return network([*nodes, *tail], weights, output)


def endless_loop() -> bytes:
    """A network with a loop of 2^62 rounds."""
    rounds = helper.make_node("Constant", [], ["rounds"], value=numpy_helper.from_array(np.array(2**62)))
    more = helper.make_node("Constant", [], ["more"], value=numpy_helper.from_array(np.array(True)))
    count = helper.make_tensor_value_info("round", TensorProto.INT64, [])
    going = [helper.make_tensor_value_info(name, TensorProto.BOOL, []) for name in ("going", "still")]
    carried = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("before", "after")]
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["still"]), helper.make_node("Sigmoid", ["before"], ["after"])],
        "body",
        [count, going[0], carried[0]],
        [going[1], carried[1]],
    )
    loop = helper.make_node("Loop", ["rounds", "more", "y2"], ["looped"], body=body)
    return convolutions(tail=[rounds, more, loop], output="looped")


def branch() -> bytes:
    """A network with an If."""
    choice = helper.make_node("Constant", [], ["choice"], value=numpy_helper.from_array(np.array(True)))
    same = helper.make_graph(
        [helper.make_node("Identity", ["y2"], ["out"])],
        "same",
        [],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
    )
    either = helper.make_node("If", ["choice"], ["chosen"], then_branch=same, else_branch=same)
    return convolutions(tail=[choice, either], output="chosen")


def huge(what: str) -> bytes:
    """A small file that asks for very much."""
    if what == "nodes":
        tail = [helper.make_node("Sigmoid", [f"y{i + 2}"], [f"y{i + 3}"]) for i in range(2000)]
        return convolutions(tail=tail, output="y2002")
    if what == "padding":
        pads = [20_000, 20_000, 20_000, 20_000]
        tail = [helper.make_node("MaxPool", ["y2"], ["large"], kernel_shape=[1, 1], pads=pads)]
        return convolutions(tail=tail, output="large")
    if what == "kernel":
        side = 4001
        tail = [helper.make_node("MaxPool", ["y2"], ["slow"], kernel_shape=[side, side], pads=[side // 2] * 4)]
        return convolutions(tail=tail, output="slow")
    if what == "sums":  # of maps of two sizes
        return convolutions(tail=[helper.make_node("Add", ["y2", "x"], ["sum"])], output="sum")
    tail = [helper.make_node("Concat", [f"y{i + 2}"] * 8, [f"y{i + 3}"], axis=1) for i in range(9)]
    return convolutions(tail=tail, output="y11")
