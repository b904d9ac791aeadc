"""The covariance descriptor against its definition, and what quantising loses."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chalicelib.vision.scoring.covariance import describe
from chalicelib.vision.scoring.kernels import CLIP, dequantised, quantised
from chalicelib.vision.training.train import Training

RNG = np.random.default_rng(0)


def test_the_covariance_part_of_the_descriptor_is_its_logarithm() -> None:
    grid = RNG.normal(size=(8, 8, 4)).astype(np.float32)
    cells = grid.reshape(-1, 4)
    covariance = np.cov(cells.T, bias=True) + 0.01 * np.eye(4)
    values, vectors = np.linalg.eigh(covariance)
    logarithm = vectors @ np.diag(np.log(values)) @ vectors.T
    found = describe(cells, np.ones(4, np.float32))
    np.testing.assert_allclose(found[12:], logarithm[np.triu_indices(4)], atol=1e-4)


@given(arrays(np.float32, 20, elements=st.floats(-CLIP, CLIP, width=32)))
def test_quantised_vectors_lose_no_more_than_half_a_step(vector: np.ndarray) -> None:
    np.testing.assert_allclose(dequantised(quantised(vector)), vector, atol=0.5 / 15 + 1e-5)


def test_the_covariance_has_more_of_the_kernel_with_anomalies_to_learn_from(
    from_normals: Training, from_both: Training
) -> None:
    assert from_normals.detector.descriptor.shares == (0.5, 0.5)
    assert from_both.detector.descriptor.shares == (0.25, 0.75)
