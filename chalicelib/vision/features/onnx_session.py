"""ONNX files run by onnxruntime on one thread."""

from typing import Any


def session(content: bytes) -> Any:
    """An onnxruntime session of an ONNX file. Raises what onnxruntime raises."""
    import onnxruntime as ort

    options = ort.SessionOptions()  # type: ignore[attr-defined]
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(content, options, ["CPUExecutionProvider"])  # type: ignore[attr-defined]
