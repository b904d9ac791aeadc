"""The pretrained network that training uses by default: its weights from an installed package, as an ONNX graph."""
