"""The layers behind a network's taps make what plain numpy makes of the taps themselves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from chalicelib.vision.features.grid_layers import GRIDS, NONE, with_grids
from chalicelib.vision.features.onnx_file import OnnxError, read_onnx
from tests.vision.features.networks import network

DEPTH = 5
SIZE = (96, 128)

type Maps = NDArray[np.float32]  # (c, h, w)


def pyramid(*strides: int) -> bytes:
    """A network with a map of each stride from 1 to 32 px, of which some are taps."""
    rng = np.random.default_rng(0)
    nodes, weights, last, depth = [], {}, "x", 3
    for stride in (1, 2, 4, 8, 16, 32):
        weights[f"w{stride}"] = rng.normal(0, 0.3, (DEPTH, depth, 3, 3)).astype(np.float32)
        step = [1 if stride == 1 else 2] * 2
        nodes.append(helper.make_node("Conv", [last, f"w{stride}"], [f"y{stride}"], strides=step, pads=[1, 1, 1, 1]))
        last, depth = f"y{stride}", DEPTH
    model = onnx.load_from_string(network(nodes, weights, last))
    del model.graph.output[:]
    model.graph.output.extend(helper.make_tensor_value_info(f"y{s}", TensorProto.FLOAT, None) for s in strides)
    return bytes(model.SerializeToString())


def outputs(content: bytes) -> list[Maps]:
    import onnxruntime

    session: Any = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    pixels = np.random.default_rng(1).uniform(-1, 1, (1, 3, *SIZE)).astype(np.float32)
    return [output[0] for output in session.run(None, {"x": pixels})]


def means(maps: Maps, side: int) -> Maps:
    count, height, width = maps.shape
    return maps.reshape(count, height // side, side, width // side, side).mean(axis=(2, 4))


def averaged(maps: Maps) -> Maps:
    edged = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    return np.lib.stride_tricks.sliding_window_view(edged, (3, 3), axis=(1, 2)).mean(axis=(3, 4))


def at(maps: Maps, stride: int, wanted: int) -> Maps:
    if stride < wanted:
        return means(maps, wanted // stride)
    return maps.repeat(stride // wanted, axis=1).repeat(stride // wanted, axis=2)


@pytest.mark.parametrize(
    ("strides", "texture_taps"),
    [((8,), 0), ((4, 8), 0), ((1, 2, 4, 8, 16, 32), 0), ((8, 16, 4, 8), 2), ((16, 8, 32, 1), 1)],
)
def test_the_grids_are_those_that_the_taps_make(strides: Sequence[int], texture_taps: int) -> None:
    taps = list(zip(outputs(content := pyramid(*strides)), strides, strict=True))
    mapped = taps[: len(taps) - texture_taps]
    cells = [means(averaged(at(*tap, 8)), 2) for tap in mapped if tap[1] <= 8]
    cells += [averaged(at(*tap, 16)) for tap in mapped if tap[1] > 8]
    texture = [at(*tap, 8) for tap in (taps[len(mapped) :] if texture_taps else mapped) if tap[1] <= 8]
    made = outputs(with_grids(content, texture_taps))
    for grid, expected in zip(made, (cells, texture), strict=True):
        assert grid == pytest.approx(np.concatenate(expected).transpose(1, 2, 0), abs=1e-5)


def test_channels_are_multiplied_by_the_matrix_of_their_grid() -> None:
    content, rng = pyramid(4, 8, 16), np.random.default_rng(2)
    matrix = rng.normal(size=(2 * DEPTH, 3)).astype(np.float32)
    (cells, texture), (kept, projected) = (outputs(with_grids(content, 0, (NONE, given))) for given in (NONE, matrix))
    assert (kept == cells).all()
    assert projected == pytest.approx(texture @ matrix, abs=1e-4)


def test_the_network_itself_is_kept() -> None:
    before, after = read_onnx(pyramid(4, 8)), read_onnx(with_grids(pyramid(4, 8), 0))
    assert after.nodes[: len(before.nodes)] == before.nodes
    assert (after.weights, after.inputs, after.outputs) == (before.weights, before.inputs, list(GRIDS))


def test_taps_that_are_all_coarse_are_refused() -> None:
    with pytest.raises(OnnxError, match="as fine as 8 px"):
        with_grids(pyramid(16, 32), 0)


def test_a_tap_that_is_no_map_of_the_image_is_refused() -> None:
    unpadded = helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2])
    with pytest.raises(OnnxError, match="no map of it"):
        with_grids(network([unpadded], {}, "y"), 0)
