"""Features from the first layers of a pretrained network, given as an ONNX graph that answers its taps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Photo, boxed, halved
from chalicelib.vision.filters import CELL

PROJECTED = 96  # channels that each grid is projected to
LARGEST_GRAPH = 48_000_000
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
        fine = np.asarray((fine / self.fine_scale) @ self.fine_projection, np.float32)
        coarse = halved(boxed(fine))
        if deep is not None:
            coarse = np.concatenate([coarse, deep / self.deep_scale], axis=-1) @ self.deep_projection
        return fine, coarse

    def taps(self, photo: Photo) -> tuple[Grid, Grid | None]:
        """The taps joined per grid, before any scale: (h, w, c), and (h / 2, w / 2, d) if there are deep ones."""
        shift, scale = PREPROCESS[self.preprocess]
        pixels = (photo.astype(np.float32) - np.array(shift, np.float32)) / np.array(scale, np.float32)
        outputs = self._answers(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        fine: list[Grid] = []
        deep: list[Grid] = []
        for output in outputs:
            if output.ndim != 4 or min(output.shape[2:]) < 2:
                raise BackboneError(f"a tap of shape {output.shape} is no map of the image: name others with --taps")
            grid = np.ascontiguousarray(output[0].transpose(1, 2, 0))
            stride = photo.shape[0] // grid.shape[0]
            (fine if stride <= CELL else deep).append(_at_stride(grid, stride, CELL if stride <= CELL else 2 * CELL))
        if not fine:
            raise BackboneError("no tap is as fine as 8 px: name a shallower one with --taps")
        return np.concatenate(fine, axis=-1), np.concatenate(deep, axis=-1) if deep else None

    def _answers(self, pixels: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The taps for an input (1, 3, H, W)."""
        session = self._session
        try:
            answers: list[NDArray[np.float32]] = session.run(None, {session.get_inputs()[0].name: pixels})
        except Exception as error:
            raise BackboneError(f"the backbone does not take an image of shape {pixels.shape}: {error}") from error
        return answers

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

    Protobuf keeps strings whole, so the key of an external tensor's place is found however the graph was written.
    """
    if len(content) > LARGEST_GRAPH:
        raise BackboneError(f"the backbone has {len(content)} bytes; at most {LARGEST_GRAPH} are taken")
    if b"location" in content:
        raise BackboneError("the backbone keeps weights in other files; save it as one file without external data")


def _at_stride(grid: Grid, stride: int, wanted: int) -> Grid:
    """A grid of `stride` px cells at `wanted` px: 2 x 2 means while it is finer, repeated cells while it is coarser."""
    while stride < wanted:
        grid, stride = halved(grid), stride * 2
    repeat = stride // wanted
    return grid.repeat(repeat, axis=0).repeat(repeat, axis=1) if repeat > 1 else grid


def fit_backbone(content: bytes, preprocess: str, photos: Sequence[Photo], seed: int) -> Backbone:
    """A backbone whose channel scales come from some photos of normals, its projections from the seed."""
    rng = np.random.default_rng(seed)
    none = np.zeros((0, 0), np.float32)
    raw = Backbone(np.frombuffer(content, np.uint8), preprocess, none[0:], none, none[0:], none)
    taps = [raw.taps(photo) for photo in photos]
    fine_scale = _scale([fine for fine, _ in taps])
    fine_projection = _projection(len(fine_scale), rng)
    deep = [grid for _, grid in taps if grid is not None]
    if not deep:
        return Backbone(raw.graph, preprocess, fine_scale, fine_projection, np.zeros(0, np.float32), none)
    deep_scale = _scale(deep)
    deep_projection = _projection(PROJECTED + len(deep_scale), rng)
    return Backbone(raw.graph, preprocess, fine_scale, fine_projection, deep_scale, deep_projection)


def _scale(grids: Sequence[Grid]) -> NDArray[np.float32]:
    """Root mean square of each channel, kept off zero."""
    square = np.mean([(grid * grid).mean(axis=(0, 1)) for grid in grids], axis=0)
    return np.asarray(np.sqrt(square) + 1e-3 * np.sqrt(square.mean()) + 1e-9, np.float32)


def _projection(channels: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A Gaussian random projection, which keeps distances about as they are (Johnson and Lindenstrauss, 1984)."""
    return np.asarray(rng.normal(size=(channels, PROJECTED)) / np.sqrt(channels), np.float32)
