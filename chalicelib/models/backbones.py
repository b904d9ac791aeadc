"""Networks as ONNX files, cut down to what the detector takes from them."""

from pathlib import Path
from typing import Any

from chalicelib.vision.features.backbone import BackboneError, BackboneOptions, check_graph


def backbone_options(path: Path, taps: list[str] | None, preprocess: str) -> BackboneOptions:
    """The network in an ONNX file, cut to its taps. Raises `BackboneError`, which names the file."""
    try:
        return BackboneOptions(cut(path, taps), preprocess, path.stem, path.name)
    except BackboneError as error:
        raise BackboneError(f"{path}: {error}") from error


def cut(path: Path, taps: list[str] | None) -> bytes:
    """The part of an ONNX file between its input and the taps (its own outputs if None), for images of any size.

    Raises `BackboneError`.
    """
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
