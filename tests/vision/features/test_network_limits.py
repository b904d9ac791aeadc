"""A backbone that could run without end, or ask for too much, is refused before any of it runs."""

from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from chalicelib.vision.features.backbone import BackboneError, tap_channels
from chalicelib.vision.features.network_limits import tap_shapes
from tests.vision.features.networks import branch, convolutions, endless_loop, huge, network

SIZE = (96, 128)


def run_shapes(content: bytes) -> list[tuple[int, ...]]:
    """The shapes that onnxruntime makes."""
    import onnxruntime

    session: Any = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    return [output.shape for output in session.run(None, {"x": np.zeros((1, 3, *SIZE), np.float32)})]


def test_the_channels_of_a_network_are_known_without_running_it() -> None:
    assert tap_channels(convolutions(channels=8), SIZE) == (8, 8)
    deeper = [helper.make_node("MaxPool", ["y2"], ["deep"], kernel_shape=[2, 2], strides=[2, 2])]
    assert tap_channels(convolutions(channels=8, tail=deeper, output="deep"), SIZE) == (8, 0)


@st.composite
def windows(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operator that moves a kernel over a map, and its attributes."""
    sides = st.integers(1, 4)
    operator = draw(st.sampled_from(["Conv", "MaxPool", "AveragePool"]))
    strides = [draw(sides), draw(sides)]
    padding = draw(st.sampled_from(["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    kernel = [stride + draw(st.integers(0, 3)) for stride in strides]  # in a smaller one, SAME asks for less than none
    options: dict[str, Any] = {"kernel_shape": kernel, "strides": strides, "auto_pad": padding}
    if padding == "NOTSET":
        options["pads"] = [draw(st.integers(0, kernel[axis % 2] - 1)) for axis in range(4)]
        if operator != "AveragePool":
            options["dilations"] = [draw(sides), draw(sides)]
        if operator == "MaxPool":
            options["ceil_mode"] = draw(st.integers(0, 1))
    return operator, options


@settings(max_examples=60)
@given(windows(), st.sampled_from([1, 3]))
def test_inferred_shapes_are_those_that_onnxruntime_makes(window: tuple[str, dict[str, Any]], group: int) -> None:
    operator, options = window
    weights = {}
    if operator == "Conv":
        weights["w"] = np.zeros((6, 3 // group, *options["kernel_shape"]), np.float32)
        options = options | {"group": group}
    content = network([helper.make_node(operator, ["x", *weights], ["y"], **options)], weights, "y")
    inferred, made = tap_shapes(content, SIZE)[0], run_shapes(content)[0]
    if options.get("ceil_mode"):  # onnxruntime leaves out a last window that would start in the padding
        assert all(0 <= ours - theirs <= 1 for ours, theirs in zip(inferred, made, strict=True))
    else:
        assert inferred == made


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (endless_loop(), "attribute of Loop has field 6"),
        (branch(), "attribute of If has field 6"),
        (huge("nodes"), "2006 nodes"),
        (huge("padding"), "largest tensor"),
        (huge("kernel"), "multiply-adds"),
        (huge("channels"), "largest tensor"),
        (huge("sums"), "do not fit"),
        (convolutions(tail=[helper.make_node("Tile", ["y2", "w0"], ["t"])], output="t"), "operator Tile"),
        (convolutions(output="nowhere"), "no node makes its output"),
        (convolutions(tail=[helper.make_node("Relu", ["y1"], ["y2"])]), "not one new name"),
        (convolutions(tail=[helper.make_node("Relu", ["later"], ["t"])]), "do not fit"),
        (convolutions(tail=[helper.make_node("Relu", ["y1"], ["t"], domain="mine")]), "operators of 'mine'"),
        (network([], {}, "x", opsets=[helper.make_opsetid("mine", 1)]), "operators of 'mine'"),
    ],
)
def test_what_could_run_without_end_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(BackboneError, match=reason):
        tap_channels(content, SIZE)


def test_functions_of_the_file_itself_are_refused() -> None:
    body = [helper.make_node("Relu", ["a"], ["b"])]
    function = helper.make_function("", "Clip", ["a"], ["b"], body, [helper.make_opsetid("", 17)])
    content = network([helper.make_node("Clip", ["x"], ["y"])], {}, "y", functions=[function])
    with pytest.raises(BackboneError, match="field 25"):
        tap_channels(content, SIZE)


def test_a_name_or_a_graph_that_stands_twice_is_refused() -> None:
    content = convolutions()
    with pytest.raises(BackboneError, match="stands 2 times"):
        tap_channels(content + content, SIZE)
    model = onnx.load_from_string(content)
    model.graph.initializer.append(model.graph.initializer[0])
    with pytest.raises(BackboneError, match="w0 stands twice"):
        tap_channels(model.SerializeToString(), SIZE)


def test_a_file_of_very_many_small_fields_is_refused_soon() -> None:
    graph = b"\x0a\x00" * 300_000
    with pytest.raises(BackboneError, match="fields"):
        tap_channels(
            b"\x3a" + bytes([0x80 | len(graph) & 127, 0x80 | len(graph) >> 7 & 127, len(graph) >> 14]) + graph, SIZE
        )


@settings(max_examples=300)
@given(at=st.integers(0, 2000), bits=st.integers(1, 255), length=st.integers(0, 2000))
def test_damaged_bytes_are_refused_or_read_and_nothing_else(at: int, bits: int, length: int) -> None:
    content = bytearray(convolutions(channels=2))
    content[at % len(content)] ^= bits
    for damaged in (bytes(content), bytes(content[: length % len(content)])):
        try:
            tap_channels(damaged, SIZE)
        except BackboneError as error:
            assert str(error)  # noqa: PT017 - reading is allowed, any other exception is not
