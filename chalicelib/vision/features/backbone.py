"""Features from the first layers of a pretrained network: an ONNX graph whose outputs are the taps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.grid_layers import with_grids
from chalicelib.vision.features.network_limits import tap_shapes
from chalicelib.vision.features.onnx_file import OnnxError
from chalicelib.vision.features.onnx_session import session

SCALED_BY = 20  # normals from which the channels' scales are measured
MOST_RAW = 160  # channels of the cells: more are projected
PROJECTED = 128  # channels to which more are projected for the cells
TEXTURE = 96  # channels of the texture
LARGEST_GRAPH = 48_000_000
PREPROCESS = {
    "signed": ((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
}


class BackboneError(ValueError):
    """The graph cannot serve as a backbone; the message says why and what would."""


@dataclass(frozen=True)
class Projection:
    """Channels over their usual size, projected to fewer; with c = 0 they stay as they are."""

    scale: NDArray[np.float32]  # (c,) usual size of each channel
    matrix: NDArray[np.float32]  # (c, k)

    @property
    def scaled(self) -> NDArray[np.float32]:
        """(c, k): what channels are multiplied by."""
        return self.matrix / self.scale[:, None]


NO_PROJECTION = Projection(np.zeros(0, np.float32), np.zeros((0, 0), np.float32))


@dataclass(frozen=True)
class Backbone:
    """A graph, how its input is prepared, and how its taps become two grids.

    The texture comes from the last `texture_taps` of the taps, or from all of stride 8 and less if that is 0. The cells
    come from all other taps, averaged over 3 x 3 of their own cells as in PatchCore (Roth and others, 2022), with zeros
    around: so cells at the border do not resemble the network's own padding.
    """

    graph: NDArray[np.uint8]  # the bytes of an ONNX model, one (1, 3, H, W) input, taps as outputs
    preprocess: str  # a key of PREPROCESS
    texture_taps: int
    cells: Projection
    texture: Projection

    def grids(self, photo: Photo) -> tuple[Grid, Grid]:
        """(H, W, 3) uint8, sides multiples of 32 -> cells (H / 16, W / 16, k) and texture (H / 8, W / 8, 96).

        Raises `BackboneError`.
        """
        network, pixels = self._session, self._pixels(photo)
        try:
            cells, texture = (output[0] for output in network.run(None, {network.get_inputs()[0].name: pixels}))
        except Exception as error:
            raise BackboneError(f"the backbone does not take an image of shape {pixels.shape}: {error}") from error
        height, width = photo.shape[0] // CELL, photo.shape[1] // CELL
        if cells.shape[:2] != (height // 2, width // 2) or texture.shape[:2] != (height, width):
            raise BackboneError(f"the taps do not divide an image of shape {pixels.shape}: name others with --taps")
        return cells, texture

    def _pixels(self, photo: Photo) -> NDArray[np.float32]:
        shift, scale = (np.array(each, np.float32)[:, None, None] for each in PREPROCESS[self.preprocess])
        planes = np.ascontiguousarray(photo.transpose(2, 0, 1)).astype(np.float32)
        planes -= shift
        planes /= scale
        return planes[None]

    @cached_property
    def _session(self) -> Any:
        content = self.graph.tobytes()
        check_graph(content)
        try:
            return session(with_grids(content, self.texture_taps, (self.cells.scaled, self.texture.scaled)))
        except OnnxError as error:
            raise BackboneError(f"the backbone cannot be used: {error}") from error
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


def tap_channels(content: bytes, image_size: tuple[int, int], texture_taps: int = 0) -> tuple[int, int]:
    """How many channels the taps of a graph give to the cells and to the texture, without running it.

    Raises `BackboneError` for operators that are not allowed, or too much work for an image of (height, width) px.
    """
    check_graph(content)
    try:
        shapes = tap_shapes(content, image_size)
    except ValueError as error:
        raise BackboneError(f"the backbone cannot be used: {error}") from error
    if not 0 <= texture_taps < len(shapes):
        raise BackboneError(f"the backbone has {len(shapes)} taps, so {texture_taps} of them cannot be for the texture")
    fine = [image_size[0] // height <= CELL for _, _, height, _ in shapes]
    channels = [count for _, count, _, _ in shapes]
    mapped = len(shapes) - texture_taps
    if not all(fine[mapped:]):
        raise BackboneError("the taps for the texture must be as fine as 8 px")
    texture = channels[mapped:] if texture_taps else [c for c, near in zip(channels, fine, strict=True) if near]
    return sum(channels[:mapped]), sum(texture)


@dataclass(frozen=True)
class BackboneOptions:
    """A network to take features from."""

    graph: bytes  # an ONNX model whose outputs are the taps
    preprocess: str = "signed"
    name: str = "onnx"
    origin: str = ""  # where the weights come from, and their licence
    texture_taps: int = 0  # how many of the last taps describe the texture; 0 for those of stride 8 and less


def fit_backbone(options: BackboneOptions, normals: Sequence[Photo], seed: int) -> Backbone:
    """A backbone whose channel scales come from 20 of the normals, its projections from the seed.

    Raises `BackboneError` for a graph that cannot be used.
    """
    shape = normals[0].shape[0], normals[0].shape[1]
    tap_channels(options.graph, shape, options.texture_taps)
    rng = np.random.default_rng(seed)
    graph = np.frombuffer(options.graph, np.uint8)
    raw = Backbone(graph, options.preprocess, options.texture_taps, NO_PROJECTION, NO_PROJECTION)
    taps = [raw.grids(normals[i]) for i in np.linspace(0, len(normals) - 1, SCALED_BY).astype(int)]
    texture = fit_projection([grid for _, grid in taps], TEXTURE, rng)
    cells = [grid for grid, _ in taps]
    few = cells[0].shape[2] <= MOST_RAW
    return replace(raw, texture=texture, cells=NO_PROJECTION if few else fit_projection(cells, PROJECTED, rng))


def fit_projection(samples: Sequence[Grid], channels: int, rng: np.random.Generator) -> Projection:
    """From some grids (h, w, c): a Gaussian random projection, which keeps distances about as they are.

    Johnson and Lindenstrauss, 1984. The scale is the root mean square of each channel, kept off zero.
    """
    square = np.mean([(grid * grid).mean(axis=(0, 1)) for grid in samples], axis=0)
    scale = np.asarray(np.sqrt(square) + 1e-3 * np.sqrt(square.mean()) + 1e-9, np.float32)
    return Projection(scale, np.asarray(rng.normal(size=(len(scale), channels)) / np.sqrt(len(scale)), np.float32))
