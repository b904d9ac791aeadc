"""The kernel of standardised vectors, by which images are alike: half a product, half a Gaussian."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import scale_of

type Matrix = NDArray[np.float64]
type Vector = NDArray[np.float32]  # (d,) or, stacked, (n, d)
type Prepared = list[tuple[Vector, Vector]]  # for each part of the vectors: it, and its mean squares

CLIP = 8.0
WIDTH = 0.3
PER_UNIT = 15  # steps of quantised vectors: CLIP of them fit in 8 bits


def usual(vectors: Vector) -> tuple[Vector, Vector]:
    """The mean and the deviation, (d,) each, of the vectors (n, d) of normals; infinite for one that never varies."""
    return vectors.mean(axis=0), scale_of(vectors.std(axis=0))


def standardised(vectors: Vector, mean: Vector, deviation: Vector) -> Vector:
    """Vectors (..., d) in units of the normals' deviation, clipped at 8 of them."""
    return np.asarray(np.clip((vectors - mean) / deviation, -CLIP, CLIP), np.float32)


def quantised(vector: Vector) -> NDArray[np.int8]:
    """Vectors (..., d) in steps of 1 / 15, as a model file holds them; the rounding hardly changes a kernel."""
    return np.rint(vector * PER_UNIT).astype(np.int8)


def dequantised(vectors: NDArray[np.int8]) -> Vector:
    """Quantised vectors (..., d) back to float32."""
    return vectors.astype(np.float32) / np.float32(PER_UNIT)


def prepared(parts: Sequence[Vector]) -> Prepared:
    """The parts, (n, d) each, of n vectors ready for `kernel`."""
    whole = [np.ascontiguousarray(part) for part in parts]
    return [(part, np.einsum("nd,nd->n", part, part) / np.float32(part.shape[1])) for part in whole]


def kernel(a: Prepared, b: Prepared, shares: Sequence[float] = (1.0,)) -> Matrix:
    """The kernel of prepared vectors: n and m of them -> (n, m). Their parts have these shares, which sum to 1."""
    total = sum(share * _kernel(*one, *other) for share, one, other in zip(shares, a, b, strict=True))
    return np.asarray(total + 1, np.float64)


def similarity[T: np.floating](products: NDArray[T], squares: NDArray[T], other: NDArray[T]) -> NDArray[T]:
    """Half the mean product of vectors, half a Gaussian of their mean squared difference, from their mean squares."""
    return np.asarray((products + np.exp(-WIDTH / 2 * np.maximum(squares + other - 2 * products, 0))) / 2)


def _kernel(a: Vector, a_squares: Vector, b: Vector, b_squares: Vector) -> Vector:
    return similarity(a @ b.T / np.float32(a.shape[1]), a_squares[:, None], b_squares)
