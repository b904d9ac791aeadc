"""EfficientNet-Lite0 in numpy, with batch normalisation as it is written, to compare the graph with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

type Map = NDArray[np.float64]

FIRST_OF_STAGE = {0: 1, 1: 2, 3: 2, 5: 2, 8: 1, 11: 2, 15: 1}  # stride


def maps(weights: Mapping[str, NDArray[Any]], pixels: Map, blocks: int) -> dict[str, Map]:
    """The maps of the first blocks, for an image (3, H, W)."""
    last = relu6(norm(weights, "_bn0", convolved(weights, "_conv_stem", pixels, 2)))
    made = {"stem": last}
    for block in range(blocks):
        start, of = last, f"_blocks.{block}."
        if block:
            last = made[f"e{block}"] = relu6(norm(weights, f"{of}_bn0", convolved(weights, f"{of}_expand_conv", last)))
        deep = depthwise(weights, f"{of}_depthwise_conv", last, FIRST_OF_STAGE.get(block, 1))
        last = made[f"d{block}"] = relu6(norm(weights, f"{of}_bn1", deep))
        last = norm(weights, f"{of}_bn2", convolved(weights, f"{of}_project_conv", last))
        last = made[f"b{block}"] = last if block in FIRST_OF_STAGE else last + start
    return made


def convolved(weights: Mapping[str, NDArray[Any]], layer: str, planes: Map, stride: int = 1) -> Map:
    """A convolution over all channels."""
    kernel = weights[f"{layer}.weight"]
    return np.asarray(np.einsum("ocyx,chwyx->ohw", kernel, windows(planes, kernel.shape[2], stride), optimize=True))


def depthwise(weights: Mapping[str, NDArray[Any]], layer: str, planes: Map, stride: int) -> Map:
    """A convolution of each channel for itself."""
    kernel = weights[f"{layer}.weight"]
    return np.asarray(np.einsum("cyx,chwyx->chw", kernel[:, 0], windows(planes, kernel.shape[2], stride)))


def windows(planes: Map, side: int, stride: int) -> Map:
    """(c, h, w, side, side): what TensorFlow's SAME padding shows a kernel; the odd row and column are at the end."""
    pads = [max((-(-size // stride) - 1) * stride + side - size, 0) for size in planes.shape[1:]]
    padded = np.pad(planes, [(0, 0), *((pad // 2, pad - pad // 2) for pad in pads)])
    return np.asarray(sliding_window_view(padded, (side, side), axis=(1, 2))[:, ::stride, ::stride])


def norm(weights: Mapping[str, NDArray[Any]], layer: str, planes: Map) -> Map:
    """Batch normalisation with the running mean and variance."""
    gain, shift, mean, variance = (
        weights[f"{layer}.{name}"].astype(np.float64)[:, None, None]
        for name in ("weight", "bias", "running_mean", "running_var")
    )
    return np.asarray((planes - mean) / np.sqrt(variance + 0.001) * gain + shift)


def relu6(planes: Map) -> Map:
    """Between 0 and 6."""
    return planes.clip(0, 6)
