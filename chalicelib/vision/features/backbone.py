"""Features from the first layers of a pretrained network: an ONNX graph whose outputs are the taps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo, Plane, boxed, cell_mean, halved
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.network_limits import tap_shapes

SCALED_BY = 20  # normals from which the channels' scales are measured
PROJECTED = 96  # channels that each grid is projected to
LARGEST_GRAPH = 48_000_000
STRIDES = (1, 2, 4, 8, 16, 32)  # px: image sides are multiples of them
PREPROCESS = {
    "signed": ((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
}


class BackboneError(ValueError):
    """The graph cannot serve as a backbone; the message says why and what would."""


@dataclass(frozen=True)
class Backbone:
    """A graph, how its input is prepared, and how its taps become two grids.

    Taps of stride 8 or less make the fine grid; deeper taps join its 2 x 2 means in the coarse one.
    """

    graph: NDArray[np.uint8]  # the bytes of an ONNX model, one (1, 3, H, W) input, taps as outputs
    preprocess: str  # a key of PREPROCESS
    fine_scale: NDArray[np.float32]  # (c,) usual size of each channel of the fine taps
    fine_projection: NDArray[np.float32]  # (c, 96)
    deep_scale: NDArray[np.float32]  # (d,), of the taps of stride 16 and more, d = 0 without any
    deep_projection: NDArray[np.float32]  # (96 + d, 96), (0, 0) without any

    def grids(self, photo: Photo) -> tuple[Grid, Grid]:
        """(H, W, 3) uint8, sides multiples of 32 -> fine (H / 8, W / 8, 96) and coarse (H / 16, W / 16, 96)."""
        fine, deep = self.taps(photo)
        grid = _projected(fine, self.fine_scale, self.fine_projection)
        coarse = halved(boxed(grid))
        if deep is not None:
            joined = np.concatenate([coarse.transpose(2, 0, 1), deep])
            scale = np.concatenate([np.ones(coarse.shape[-1], np.float32), self.deep_scale])
            coarse = _projected(joined, scale, self.deep_projection)
        return grid, coarse

    def taps(self, photo: Photo) -> tuple[Plane, Plane | None]:
        """The taps joined per grid, before any scale: (c, h, w), and (d, h / 2, w / 2) if there are deep ones."""
        shift, scale = PREPROCESS[self.preprocess]
        pixels = (photo.astype(np.float32) - np.array(shift, np.float32)) / np.array(scale, np.float32)
        outputs = self._run(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        fine: list[Plane] = []
        deep: list[Plane] = []
        for output in outputs:
            if output.ndim != 4 or min(output.shape[2:]) < 2:
                raise BackboneError(f"a tap of shape {output.shape} is no map of the image: name others with --taps")
            stride = photo.shape[0] // output.shape[2]
            if stride not in STRIDES or output.shape[2:] != (photo.shape[0] // stride, photo.shape[1] // stride):
                raise BackboneError(f"a tap of shape {output.shape} does not divide the image: name others with --taps")
            wanted = CELL if stride <= CELL else 2 * CELL
            (fine if stride <= CELL else deep).append(_at_stride(output[0], stride, wanted))
        if not fine:
            raise BackboneError("no tap is as fine as 8 px: name a shallower one with --taps")
        return np.concatenate(fine), np.concatenate(deep) if deep else None

    def _run(self, pixels: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The taps for an input (1, 3, H, W)."""
        session = self._session
        try:
            outputs: list[NDArray[np.float32]] = session.run(None, {session.get_inputs()[0].name: pixels})
        except Exception as error:
            raise BackboneError(f"the backbone does not take an image of shape {pixels.shape}: {error}") from error
        return outputs

    @cached_property
    def _session(self) -> Any:
        import onnxruntime as ort

        options = ort.SessionOptions()  # type: ignore[attr-defined]
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        content = self.graph.tobytes()
        check_graph(content)
        providers = ["CPUExecutionProvider"]
        try:
            return ort.InferenceSession(content, options, providers)  # type: ignore[attr-defined]
        except Exception as error:
            raise BackboneError(f"onnxruntime cannot load the backbone: {error}") from error


def check_graph(content: bytes) -> None:
    """Raise `BackboneError` for a graph that is too large or keeps weights in other files.

    It also takes networks that are still to be cut. Protobuf keeps strings whole, so the key of an external tensor's
    file is found however the graph was written.
    """
    if len(content) > LARGEST_GRAPH:
        raise BackboneError(f"the backbone has {len(content)} bytes; at most {LARGEST_GRAPH} are taken")
    if b"location" in content:
        raise BackboneError("the backbone keeps weights in other files; save it as one file without external data")


def tap_channels(content: bytes, image_size: tuple[int, int]) -> tuple[int, int]:
    """How many channels the taps of a graph give to the fine and to the coarse grid, without running it.

    Raises `BackboneError` for operators that are not allowed, or too much work for an image of (height, width) px.
    """
    check_graph(content)
    try:
        shapes = tap_shapes(content, image_size)
    except ValueError as error:
        raise BackboneError(f"the backbone cannot be used: {error}") from error
    channels = [0, 0]
    for _, count, height, _ in shapes:
        channels[image_size[0] // height > CELL] += count
    return channels[0], channels[1]


def _at_stride(planes: Plane, stride: int, wanted: int) -> Plane:
    """Planes of `stride` px cells at `wanted` px: means where they are finer, repeated cells where coarser."""
    if stride < wanted:
        return cell_mean(planes, wanted // stride)
    repeat = stride // wanted
    return planes.repeat(repeat, axis=1).repeat(repeat, axis=2) if repeat > 1 else planes


def _projected(planes: Plane, scale: NDArray[np.float32], projection: NDArray[np.float32]) -> Grid:
    """Channels over their scale, projected: (c, h, w) -> (h, w, 96)."""
    count, height, width = planes.shape
    projected = (projection / scale[:, None]).T @ planes.reshape(count, -1)
    return np.asarray(projected.T.reshape(height, width, -1), np.float32, order="C")


@dataclass(frozen=True)
class BackboneOptions:
    """A network to take features from."""

    graph: bytes  # an ONNX model whose outputs are the taps
    preprocess: str = "signed"
    name: str = "onnx"
    origin: str = ""  # where the weights come from, and their licence


def fit_backbone(options: BackboneOptions, normals: Sequence[Photo], seed: int) -> Backbone:
    """A backbone whose channel scales come from 20 of the normals, its projections from the seed.

    Raises `BackboneError` for a graph that cannot be used.
    """
    tap_channels(options.graph, (normals[0].shape[0], normals[0].shape[1]))
    rng = np.random.default_rng(seed)
    nothing, none = np.zeros(0, np.float32), np.zeros((0, 0), np.float32)
    raw = Backbone(np.frombuffer(options.graph, np.uint8), options.preprocess, nothing, none, nothing, none)
    taps = [raw.taps(normals[i]) for i in np.linspace(0, len(normals) - 1, SCALED_BY).astype(int)]
    fine_scale = _scale([fine for fine, _ in taps])
    fine_projection = _projection(len(fine_scale), rng)
    deep = [planes for _, planes in taps if planes is not None]
    if not deep:
        return replace(raw, fine_scale=fine_scale, fine_projection=fine_projection)
    deep_scale = _scale(deep)
    deep_projection = _projection(PROJECTED + len(deep_scale), rng)
    return Backbone(raw.graph, raw.preprocess, fine_scale, fine_projection, deep_scale, deep_projection)


def _scale(taps: Sequence[Plane]) -> NDArray[np.float32]:
    """Root mean square of each channel, kept off zero."""
    square = np.mean([(planes * planes).mean(axis=(1, 2)) for planes in taps], axis=0)
    return np.asarray(np.sqrt(square) + 1e-3 * np.sqrt(square.mean()) + 1e-9, np.float32)


def _projection(channels: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A Gaussian random projection, which keeps distances about as they are (Johnson and Lindenstrauss, 1984)."""
    return np.asarray(rng.normal(size=(channels, PROJECTED)) / np.sqrt(channels), np.float32)
