"""Features from a network: cut to its taps, kept in the model file, refused when it cannot be trusted."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from chalicelib.models.backbones import cut
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.backbone import NO_PROJECTION, Backbone, BackboneError, BackboneOptions, check_graph
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions, train
from tests.vision.drawn import normals, part


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three strided convolutions and a pooled classifier, with random weights, for images of 64 x 64 only."""
    rng = np.random.default_rng(0)
    nodes, weights, channels, last = [], [], [3, 8, 12, 16, 20], "x"
    for layer in range(4):
        kernel = rng.normal(0, 0.3, (channels[layer + 1], channels[layer], 3, 3)).astype(np.float32)
        weights.append(numpy_helper.from_array(kernel, f"w{layer}"))
        nodes.append(helper.make_node("Conv", [last, f"w{layer}"], [f"c{layer}"], strides=[2, 2], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{layer}"], [f"tap{layer}"]))
        last = f"tap{layer}"
    nodes.append(helper.make_node("GlobalAveragePool", [last], ["logits"]))
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 64, 64])
    answer = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 20, 1, 1])
    model = helper.make_model(helper.make_graph(nodes, "small", [image], [answer], weights), ir_version=9)
    model.opset_import[0].version = 17
    path = tmp_path_factory.mktemp("network") / "small.onnx"
    onnx.save(model, path)
    return path


def test_a_network_is_cut_to_its_taps_and_takes_any_size(network: Path) -> None:
    graph = cut(network, ["tap1", "tap2"])
    assert len(graph) < network.stat().st_size
    detector = train(normals(12), [], TrainOptions(size=96, backbone=BackboneOptions(graph))).detector
    features = detector.extractor.extract_unfilled(np.zeros((96, 128, 3), np.uint8), Motion())
    assert features.texture.shape == (12, 16, 96)
    assert features.cells.shape[:2] == (6, 8)


def test_deep_taps_join_the_cells_and_travel_in_the_model_file(network: Path) -> None:
    options = TrainOptions(size=96, backbone=BackboneOptions(cut(network, ["tap2", "tap3"]), "imagenet"))
    detector = train(normals(12), [], options).detector
    photo = part(60, spot=8)
    assert load(save(detector)).inspect(photo).anomaly_score == detector.inspect(photo).anomaly_score
    assert detector.inspect(photo).anomaly_score > detector.inspect(part(61)).anomaly_score


def test_an_unknown_tap_is_named(network: Path) -> None:
    with pytest.raises(BackboneError, match="no tensor tap9"):
        cut(network, ["tap1", "tap9"])


def test_a_tap_that_is_no_map_is_refused_with_a_reason(network: Path) -> None:
    with pytest.raises(BackboneError, match="--taps"):
        train(normals(12), [], TrainOptions(size=96, backbone=BackboneOptions(cut(network, ["logits"]))))


def test_weights_in_other_files_are_refused(network: Path, tmp_path: Path) -> None:
    model = onnx.load(network)
    onnx.save(model, tmp_path / "split.onnx", save_as_external_data=True, size_threshold=0, location="weights.bin")
    with pytest.raises(BackboneError, match="without external data"):
        cut(tmp_path / "split.onnx", ["tap1"])
    with pytest.raises(BackboneError, match="without external data"):
        check_graph((tmp_path / "split.onnx").read_bytes())


def test_bytes_that_are_no_network_are_refused(tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"this is no network")
    with pytest.raises(BackboneError):
        cut(tmp_path / "no.onnx", None)
    content = np.frombuffer(b"this is no network", np.uint8)
    broken = Backbone(content, "signed", 0, NO_PROJECTION, NO_PROJECTION)
    with pytest.raises(BackboneError):
        broken.grids(part(1))
