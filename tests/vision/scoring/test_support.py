"""The kernel of one image with the support, in whole numbers, is that of training."""

import numpy as np
import pytest

from chalicelib.vision.scoring.covariance import CovarianceDescriptor
from chalicelib.vision.scoring.kernels import CLIP, PER_UNIT, dequantised, kernel
from chalicelib.vision.scoring.support import Quantised, Support

CHANNELS = 8
LENGTH = 3 * CHANNELS + CHANNELS * (CHANNELS + 1) // 2
MOST = int(CLIP * PER_UNIT)
ONES = [np.ones(count, np.float32) for count in (CHANNELS, LENGTH, LENGTH)]
DESCRIPTOR = CovarianceDescriptor(ONES[0], ONES[1], ONES[2], share=0.75)


def random_vectors(count: int, spread: float) -> Quantised:
    drawn = np.random.default_rng(count).normal(0, spread, (count, LENGTH))
    return np.clip(np.rint(drawn), -MOST, MOST).astype(np.int8)


@pytest.mark.parametrize("spread", [5.0, 40.0])
def test_it_is_the_kernel_of_the_dequantised_vectors(spread: float) -> None:
    rows = random_vectors(7, spread)
    vectors = DESCRIPTOR.prepared(dequantised(rows))
    expected = kernel(vectors, vectors, DESCRIPTOR.shares)
    for row, expected_row in zip(rows, expected, strict=True):
        with_rows, own = Support(rows, DESCRIPTOR.statistics, DESCRIPTOR.shares).kernel(row)
        assert with_rows == pytest.approx(expected_row, rel=1e-5, abs=1e-5)
        assert own == pytest.approx(float(row_kernel(row)), rel=1e-5)


def row_kernel(row: Quantised) -> np.float64:
    vector = DESCRIPTOR.prepared(dequantised(row)[None])
    return np.float64(kernel(vector, vector, DESCRIPTOR.shares)[0, 0])


def test_the_largest_numbers_do_not_run_over() -> None:
    extreme = np.full((2, LENGTH), MOST, np.int8)
    extreme[1] = -MOST
    with_rows, own = Support(extreme, DESCRIPTOR.statistics, DESCRIPTOR.shares).kernel(extreme[0])
    assert own == pytest.approx((CLIP**2 + 1) / 2 + 1)
    assert with_rows == pytest.approx([own, -(CLIP**2) / 2 + 1])


def test_statistics_and_covariances_have_their_shares() -> None:
    rows = random_vectors(5, 20.0)
    row = rows[0]
    statistics, covariances = (
        Support(rows, DESCRIPTOR.statistics, shares).kernel(row)[0] for shares in ((1.0, 0.0), (0.0, 1.0))
    )
    found, _ = Support(rows, DESCRIPTOR.statistics, DESCRIPTOR.shares).kernel(row)
    assert found == pytest.approx(statistics / 4 + 3 * covariances / 4)
    assert np.abs(statistics - covariances)[1:].min() > 0.05
