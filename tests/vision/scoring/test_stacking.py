"""The weights of stacked scores."""

import numpy as np

from chalicelib.vision import metrics
from chalicelib.vision.scoring.heads import PRIOR, TRUSTED
from chalicelib.vision.scoring.stacking import fit_stacking


def test_a_score_that_ranks_nothing_gets_no_weight_from_few_anomalies() -> None:
    rng = np.random.default_rng(0)
    anomalous = np.arange(40) >= 36
    scores = rng.normal(size=(40, 2)) + 4 * anomalous[:, None]
    scores[:, 0] = rng.normal(size=40) - 2 * anomalous
    np.testing.assert_array_equal(metrics.ranking(scores, anomalous, TRUSTED), [0, 1])
    stacking = fit_stacking(scores, anomalous, PRIOR * metrics.ranking(scores, anomalous, TRUSTED))
    assert stacking.weights[0] == 0
    assert (stacking.weights[1:] > 0.5).all()
