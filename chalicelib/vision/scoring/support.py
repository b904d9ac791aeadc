"""The kernel of one image with all rows of the support: products of whole numbers, by onnxruntime.

The rows are quantised (`kernels.quantised`). In floating point they would take four times the memory, and reading it
would be most of the time. The image's own vector is quantised as they are, as in training.
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.features import onnx_writer
from chalicelib.vision.features.onnx_session import session
from chalicelib.vision.scoring.kernels import PER_UNIT, similarity

ZERO = 128  # what stands for 0: processors without instructions for it multiply signed bytes inexactly
PARTS = ("statistics", "covariances")

type Quantised = NDArray[np.int8]


class Support:
    """Quantised vectors (m, d), the first `split` numbers of which are statistics and the others a covariance.

    Of both the kernel has these shares.
    """

    def __init__(self, vectors: Quantised, split: int, shares: tuple[float, float]) -> None:
        self._vectors, self._split, self._shares = vectors, split, np.array(shares)
        self._squares = [_mean_squares(part) for part in self._parts(vectors)]

    def kernel(self, vector: Quantised) -> tuple[NDArray[np.float64], float]:
        """The kernel of a vector (d,) with each of them, (m,), and with itself."""
        parts = self._parts(vector[None])
        own = [_mean_squares(part)[0] for part in parts]
        taken = {name: _unsigned(part) for name, part in zip(PARTS, parts, strict=True)}
        products = [
            given[0] / (part.shape[1] * PER_UNIT**2)
            for given, part in zip(self._session.run(None, taken), parts, strict=True)
        ]
        with_rows = np.stack([similarity(*each) for each in zip(products, own, self._squares, strict=True)])
        with_itself = np.array([similarity(each, each, each) for each in own])
        return self._shares @ with_rows + 1, float(self._shares @ with_itself) + 1

    def _parts(self, vectors: Quantised) -> tuple[Quantised, Quantised]:
        return vectors[:, : self._split], vectors[:, self._split :]

    @cached_property
    def _session(self) -> Any:
        parts = [onnx_writer.weights("zero", np.array(ZERO, np.uint8))]
        for name, vectors in zip(PARTS, self._parts(self._vectors), strict=True):
            rows, products = f"{name} of the rows", f"products of {name}"
            parts += [
                onnx_writer.taken(name, np.uint8),
                onnx_writer.weights(rows, _unsigned(vectors.T)),
                onnx_writer.node("MatMulInteger", [name, rows, "zero", "zero"], products),
                onnx_writer.given(products, np.int32),
            ]
        return session(onnx_writer.model(parts))


def _unsigned(numbers: Quantised) -> NDArray[np.uint8]:
    """The same bytes with their highest bit turned, which adds 128."""
    return np.ascontiguousarray(numbers).view(np.uint8) ^ np.uint8(ZERO)


def _mean_squares(vectors: Quantised) -> NDArray[np.float64]:
    """Of vectors (n, d), (n,)."""
    squares = np.einsum("nd,nd->n", vectors, vectors, dtype=np.int32)
    return np.asarray(squares / (vectors.shape[1] * PER_UNIT**2))
