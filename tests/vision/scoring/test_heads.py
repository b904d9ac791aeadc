import numpy as np
import pytest

from chalicelib.vision.scoring.heads import rejecting, surely_anomalous

NORMAL = np.random.default_rng(0).normal(3.0, 2.0, 20_000)  # scores


def test_without_anomalies_an_image_is_as_likely_anomalous_as_not_at_1_4_deviations() -> None:
    calibration = rejecting(NORMAL, 1.0)
    assert calibration.center == pytest.approx(3 + 1.4 * 2, abs=0.1)
    assert float(calibration.log_odds(np.array(calibration.center + 2.0))) == pytest.approx(2.6, rel=0.03)


def test_normals_that_lie_far_out_move_the_threshold_little() -> None:
    far = np.concatenate([NORMAL, np.full(200, 40.0)])
    assert rejecting(far, 1.0).center == pytest.approx(rejecting(NORMAL, 1.0).center, abs=0.1)
    assert surely_anomalous(far).center > surely_anomalous(NORMAL).center + 2


def test_a_detector_that_finds_no_drawn_damage_is_sure_of_nothing_but_ranks_and_decides_as_before() -> None:
    found, blind = rejecting(NORMAL, 0.9), rejecting(NORMAL, 0.5)
    assert blind.center == found.center
    assert 0 < blind.slope == pytest.approx(found.slope / 20)
    assert rejecting(NORMAL, 0.675).slope == pytest.approx(found.slope / 2)
