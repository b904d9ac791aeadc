"""Networks as ONNX files, cut down to what the detector takes from them."""

from pathlib import Path
from typing import Any

import click

from chalicelib.vision.backbone import BackboneError, check_graph
from chalicelib.vision.fit import BackboneOptions


def backbone_options(features: str, backbone: Path | None, taps: str | None, preprocess: str) -> BackboneOptions | None:
    """What to train with, from the command line's `--features`, `--backbone`, `--taps` and `--preprocess`."""
    if features == "filters":
        return None
    if backbone is None:
        raise click.UsageError("--features onnx needs --backbone FILE")
    try:
        graph = cut(backbone, taps.split(",") if taps else None)
    except BackboneError as error:
        raise click.ClickException(f"{backbone}: {error}") from error
    return BackboneOptions(graph, preprocess)


def cut(path: Path, taps: list[str] | None) -> bytes:
    """The part of an ONNX file between its input and the taps (or its own outputs), for images of any size."""
    import onnx

    check_graph(path.read_bytes())
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:
        raise BackboneError(f"is no ONNX file ({error})") from error
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value.name for value in model.graph.input if value.name not in weights]
    made = {name for node in model.graph.node for name in node.output}
    taps = taps or [value.name for value in model.graph.output]
    unknown = [tap for tap in taps if tap not in made]
    if unknown or len(inputs) != 1:
        raise BackboneError(
            f"it has no tensor {', '.join(unknown)}" if unknown else f"it has {len(inputs)} inputs, not 1"
        )
    return bytes(_part(model, inputs[0], taps).SerializeToString())


def _part(model: Any, image: str, taps: list[str]) -> Any:
    """The model with only the nodes and weights that the taps need, an image of any size in, the taps out."""
    import onnx

    nodes, needed = [], set(taps)
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            nodes.append(node)
            needed.update(node.input)
    weights = [tensor for tensor in model.graph.initializer if tensor.name in needed]
    pixels = onnx.helper.make_tensor_value_info(image, onnx.TensorProto.FLOAT, ["n", 3, "height", "width"])
    outputs = [onnx.helper.make_tensor_value_info(tap, onnx.TensorProto.FLOAT, None) for tap in taps]
    graph = onnx.helper.make_graph(nodes[::-1], "backbone", [pixels], outputs, weights)
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
